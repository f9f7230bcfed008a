using Microsoft.Extensions.AI;

namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class APluginOfAModel : TinyKernelTests
{
    [Fact]
    public async Task Lists_the_adapters()
    {
        await Teach("a", "b");
        var plugin = KernelPluginFactory.CreateFromObject(new PeftPlugin(Model), "Peft");

        var names = await plugin["list_adapters"].InvokeAsync<IReadOnlyList<string>>(new Kernel(), cancellationToken: Cancellation);

        Assert.Equal(["a", "b"], names);
        Assert.All(plugin, function => Assert.NotEmpty(function.Description));
    }

    [Fact]
    public async Task Tells_how_far_a_training_is()
    {
        var plugin = new PeftPlugin(Model);
        var steps = new List<TrainingProgress>();
        var options = new TrainingOptions { MaxSteps = 3, BatchSize = 1 };

        var before = plugin.TrainingStatus("a");
        await Model.TrainAsync(
            "a", new Lora(), Texts.FromLines(["a dog ran"]), options, plugin.Follow("a", new Remembering(steps)), Cancellation);

        Assert.Equal("No training of 'a' is known.", before);
        var told = FormattableString.Invariant($"step 3 of 3, loss {steps[2].Loss:F4}, ");
        Assert.StartsWith(told, plugin.TrainingStatus("a"), StringComparison.Ordinal);
        Assert.Equal("No training of 'b' is known. Known: a.", plugin.TrainingStatus("b"));
        Assert.Equal(3, steps.Count);
    }

    [Fact]
    public async Task Asks_the_adapter_that_is_named()
    {
        await Teach("a", "b");
        var ask = KernelPluginFactory.CreateFromObject(new PeftPlugin(Model), "Peft")["ask_adapter"];

        var answer = await ask.InvokeAsync<string>(new Kernel(), new() { ["adapter"] = "a", ["question"] = Prompt }, Cancellation);
        var unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => ask.InvokeAsync(new Kernel(), new() { ["adapter"] = "nobody", ["question"] = Prompt }, Cancellation));

        Assert.StartsWith(await Answered("a"), answer, StringComparison.Ordinal);
        Assert.Contains("a, b", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_and_embeds_where_the_model_can()
    {
        using var folder = new TemporaryFolder();
        TinyBert.Write(folder["bert"]);
        await using var labels = await PeftModel.LoadAsync(folder["bert"], Plain with { Labels = ["good", "bad"] }, Cancellation);
        await using var vectors = await PeftModel.LoadAsync(
            folder["bert"], Plain with { Head = PeftIntegrations.Models.HeadKind.Embedding }, Cancellation);
        var kernel = KernelOf(builder => builder.AddPeftEmbeddingGenerator(vectors));

        var label = await new PeftPlugin(labels).ClassifyAsync("abc", cancellationToken: Cancellation);
        var vector = await new PeftPlugin(vectors).EmbedAsync("abc", cancellationToken: Cancellation);
        var generated = await kernel.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()
            .GenerateAsync(["abc"], cancellationToken: Cancellation);
        var cannot = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new PeftPlugin(Model).ClassifyAsync("abc", cancellationToken: Cancellation));

        Assert.Equal((await labels.ClassifyAsync(["abc"], cancellationToken: Cancellation))[0].Label, label);
        Assert.Equal((await vectors.EmbedAsync(["abc"], cancellationToken: Cancellation))[0], vector);
        Assert.Equal(vector, generated[0].Vector.ToArray());
        Assert.Contains("Labels", cannot.Message, StringComparison.Ordinal);
    }

    private sealed class Remembering(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }
}
