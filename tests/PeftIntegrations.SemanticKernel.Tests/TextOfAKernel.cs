using Microsoft.Extensions.AI;

namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class TextOfAKernel : TinyKernelTests
{
    [Fact]
    public async Task Is_what_the_model_says()
    {
        await Teach("a");
        var kernel = KernelOf(builder => builder.AddPeftTextGeneration(Model, "a"));

        var result = await kernel.InvokePromptAsync("{{$beginning}}", Arguments(new() { MaxTokens = 12 }), cancellationToken: Cancellation);

        var usage = Assert.IsType<UsageDetails>(result.Metadata!["Usage"]);
        Assert.Equal(await Continued("a"), result.GetValue<string>());
        Assert.Equal((5, 12, 17), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount)); // a beginning, four letters
        Assert.Equal(FinishReason.Length, result.Metadata["FinishReason"]);
    }

    [Fact]
    public async Task Streams_as_it_is_written()
    {
        await Teach("a");
        var service = new PeftTextGenerationService(Model, "a");
        var settings = new PeftPromptExecutionSettings { MaxTokens = 12 };

        var pieces = await service.GetStreamingTextContentsAsync(Prompt, settings, cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
        var whole = Assert.Single(await service.GetTextContentsAsync(Prompt, settings, cancellationToken: Cancellation));

        Assert.True(pieces.Count > 4);
        Assert.Equal(whole.Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.All(pieces, piece => Assert.Equal("tiny:a", piece.ModelId));
        Assert.Equal(12, Assert.IsType<UsageDetails>(pieces[^1].Metadata!["Usage"]).OutputTokenCount);
    }

    [Theory]
    [InlineData("a", null, null, "a")]
    [InlineData("other", null, "b", "b")]
    [InlineData(null, "a", null, "a")]
    [InlineData(null, "tiny:a", null, "a")]
    [InlineData(null, "tiny", null, null)]
    [InlineData(null, null, null, "b")]
    [InlineData(null, "b", "a", "a")]
    [InlineData("base", "tiny:a", null, "a")]
    public async Task Is_by_the_adapter_that_the_prompt_chooses(string? serviceId, string? modelId, string? adapter, string? expected)
    {
        await Teach("a", "b");
        var kernel = KernelOf(builder => builder
            .AddPeftTextGeneration(Model, serviceId: "base").AddPeftTextGeneration(Model, "a", "a")
            .AddPeftTextGeneration(Model, "a", "other").AddPeftTextGeneration(Model, "b", "b"));
        var settings = new PeftPromptExecutionSettings { ServiceId = serviceId, ModelId = modelId, Adapter = adapter, MaxTokens = 12 };

        var result = await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation);

        Assert.Equal(await Continued(expected), result.GetValue<string>());
    }

    [Theory]
    [InlineData("nobody", null)]
    [InlineData(null, "nobody")]
    [InlineData("tiny:nobody", null)]
    public async Task By_an_adapter_that_is_not_there_is_an_error(string? modelId, string? adapter)
    {
        await Teach("a", "b");
        var kernel = KernelOf(builder => builder.AddPeftTextGeneration(Model, "a"));
        var settings = new PeftPromptExecutionSettings { ModelId = modelId, Adapter = adapter, MaxTokens = 2 };

        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation));

        Assert.Contains("'nobody'", e.Message, StringComparison.Ordinal);
        Assert.Contains("a, b", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "temperature": 3000 }""", "Temperature must lie between 0 and 100")]
    [InlineData("""{ "temperature": "warm" }""", "$.temperature")]
    [InlineData("""{ "peft_adapter_scale": 0.5 }""", "AdapterScale is 0.5")]
    public async Task By_settings_that_cannot_be_met_is_an_error(string json, string named)
    {
        var settings = System.Text.Json.JsonSerializer.Deserialize<PromptExecutionSettings>(json)!;
        var service = new PeftTextGenerationService(Model);

        var e = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => service.GetTextContentsAsync(Prompt, settings, cancellationToken: Cancellation));

        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_when_it_is_cancelled()
    {
        var kernel = KernelOf(builder => builder.AddPeftTextGeneration(Model));

        await CancelEndless(kernel);

        Assert.NotEmpty(await Continued());
    }

    [Fact]
    public async Task Takes_part_in_the_kernels_filters()
    {
        var kernel = KernelOf(builder => builder.AddPeftTextGeneration(Model));
        var filter = new Rewriting("Twice");
        kernel.PromptRenderFilters.Add(filter);

        var result = await kernel.InvokePromptAsync(Prompt, Arguments(new() { MaxTokens = 12 }), cancellationToken: Cancellation);

        Assert.Equal(await Continued(prompt: "Twice"), result.GetValue<string>());
        Assert.Equal("Once", filter.Seen);
    }

    [Fact]
    public async Task Is_not_mixed_up_among_many()
    {
        string[] names = ["a", "b", "c", "d"];
        await Teach(names);
        var kernel = KernelOf(builder =>
        {
            foreach (var name in names) builder.AddPeftTextGeneration(Model, name, name);
        });
        var expected = await Task.WhenAll(names.Select(name => Continued(name)));

        var texts = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            var settings = new PeftPromptExecutionSettings { ServiceId = names[i % 4], MaxTokens = 12 };
            return (await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation)).GetValue<string>();
        }, Cancellation)));

        Assert.Equal(4, expected.Distinct().Count());
        Assert.All(texts.Index(), text => Assert.Equal(expected[text.Index % 4], text.Item));
    }

    private static KernelArguments Arguments(PeftPromptExecutionSettings settings) => new(settings) { ["beginning"] = Prompt };

    private sealed class Rewriting(string prompt) : IPromptRenderFilter
    {
        public string? Seen { get; private set; }

        public async Task OnPromptRenderAsync(PromptRenderContext context, Func<PromptRenderContext, Task> next)
        {
            await next(context);
            (Seen, context.RenderedPrompt) = (context.RenderedPrompt, prompt);
        }
    }
}
