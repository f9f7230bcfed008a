using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

[Collection("Memory")]
public sealed class Memory : TinyModelTests
{
    private const long MostGrowth = 24 << 20; // bytes; a leak of one page a round would be seen

    [Fact]
    public async Task Does_not_grow_over_a_thousand_steps()
    {
        var method = new Dora { Rank = 2, Dropout = 0.1, TokenIndices = [5, 70] };
        await Model.TrainAsync("a", method, SomeText, Quick, cancellationToken: Cancellation);
        var options = Quick with { MaxSteps = 200, GradientAccumulation = 2, Validation = SomeText, EvaluateEvery = 50, Patience = 100 };

        await StaysFlat(5, () => Model.TrainAsync("a", SomeText, options, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Does_not_grow_over_a_thousand_requests()
    {
        await Train("a");
        var options = new GenerationOptions { MaxNewTokens = 3 };
        var prompts = new[] { "a", "longer", "the longest of all", "" };

        await StaysFlat(5, async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var ending = options with { Adapter = i % 2 == 0 ? "a" : null, Stop = ["e"] };
                var drawn = options with { Temperature = 1, Seed = i };
                await Model.CompleteAsync(prompts, ending, Cancellation); // four requests
                await foreach (var piece in Model.GenerateAsync(Prompt, drawn, Cancellation)) Assert.NotNull(piece);
            }
        });
    }

    [Fact]
    public async Task Does_not_grow_over_abandoned_and_refused_requests()
    {
        string[] tooLong = [new('a', 80)];

        await StaysFlat(5, async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Assert.ThrowsAsync<ArgumentException>(() => Model.CompleteAsync(tooLong, cancellationToken: Cancellation));
                await Assert.ThrowsAsync<ArgumentException>(() => Continue("nobody"));
                await foreach (var piece in Model.GenerateAsync(Prompt, new() { MaxNewTokens = 40 }, Cancellation)) break;
            }
        });
    }

    [Fact]
    public async Task Does_not_grow_over_two_hundred_adapter_loads()
    {
        await Train("a", new Dora { Rank = 4, TokenIndices = [5, 70], ModulesToSave = ["lm_head"], Targets = Targets.AllLinear }, "good");
        await Train("a", new Lora { Rank = 4 }, "bad");
        File.Copy($"{Place("good")}/{AdapterFolder.TensorFile}", $"{Place("bad")}/{AdapterFolder.TensorFile}", overwrite: true);

        await StaysFlat(5, async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Model.LoadAdapterAsync("a", Place("good"), Cancellation);
                await Assert.ThrowsAsync<InvalidDataException>(() => Model.LoadAdapterAsync("a", Place("bad"), Cancellation));
                if (i % 10 == 0) Assert.NotEmpty(await Continue("a", tokens: 2));
            }
        }, parameters: 40 * (44 + 8));
    }

    [Fact]
    public async Task Does_not_grow_over_adapters_that_cannot_be_made()
    {
        var odd = new Dictionary<string, int> { ["layers.1.*"] = 3 };
        var method = new Lora { Rank = 4, Start = new OrthogonalStart(), TokenIndices = [5], RankPattern = odd };

        await StaysFlat(3, async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await Assert.ThrowsAsync<ArgumentException>(
                    () => Model.TrainAsync("a", method, SomeText, Quick, cancellationToken: Cancellation));
            }
        }, parameters: 10 * 5);
    }

    [Theory]
    [InlineData("dynamic")]
    [InlineData("default")]
    public async Task Does_not_grow_over_models_opened_and_disposed(string rope)
    {
        var folder = TinyModelFolder.WriteLlama(
            Place(rope), config => config["rope_scaling"] = new JsonObject { ["rope_type"] = rope, ["factor"] = 2.0 });

        await StaysFlat(5, async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await using var model = await PeftModel.LoadAsync(folder, Plain, Cancellation);
                await model.TrainAsync("a", new Lora(), SomeText, Quick with { MaxSteps = 1 }, cancellationToken: Cancellation);
                await model.CompleteAsync([new string('a', 50)], new() { MaxNewTokens = 40 }, Cancellation);
            }
        }, parameters: 5 * 8);
    }

    // The first round warms up. TorchSharp counts the tensor that becomes a Parameter a second time, and frees it once.
    private static async Task StaysFlat(int rounds, Func<Task> round, int parameters = 0)
    {
        await round();
        var (tensors, bytes) = (LiveTensors.CountAfterCollection(), Resident());

        for (var i = 1; i < rounds; i++) await round();

        Assert.Equal(tensors + parameters * (rounds - 1), Tensor.TotalCount);
        Assert.InRange(Resident() - bytes, long.MinValue, MostGrowth);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
