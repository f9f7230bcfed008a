using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.ChatCompletion;

namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class ChatsOfAKernel : TinyKernelTests
{
    private static PeftPromptExecutionSettings Short => new() { MaxTokens = 12 };

    [Fact]
    public async Task Are_answered_by_the_model()
    {
        await Teach("a");
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model, "a"));

        var result = await kernel.InvokePromptAsync(Prompt, new(Short), cancellationToken: Cancellation);

        var message = result.GetValue<ChatMessageContent>()!;
        var usage = Assert.IsType<UsageDetails>(result.Metadata!["Usage"]);
        Assert.Equal((await Answered("a"), "tiny:a", AuthorRole.Assistant), (message.Content, message.ModelId, message.Role));
        Assert.Equal(12, usage.OutputTokenCount);
        Assert.Equal(usage.TotalTokenCount, usage.InputTokenCount + 12);
    }

    [Fact]
    public async Task Are_read_with_all_their_messages()
    {
        var service = KernelOf(builder => builder.AddPeftChatCompletion(Model)).GetRequiredService<IChatCompletionService>();
        var chat = new ChatHistory("Be kind.");
        chat.AddUserMessage("Hello");
        chat.AddAssistantMessage("Good day");
        chat.AddUserMessage(Prompt);
        const string Read = "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n"
            + "<|im_start|>assistant\nGood day<|im_end|>\n<|im_start|>user\nOnce<|im_end|>\n<|im_start|>assistant\n";

        var answer = await service.GetChatMessageContentAsync(chat, Short, cancellationToken: Cancellation);

        var parts = Model.StreamAsync(Model.Tokenizer.Encode(Read, false).Ids, new() { MaxNewTokens = 12 }, Cancellation);
        Assert.Equal((await parts.LastAsync(Cancellation)).Whole!.Text, answer.Content);
    }

    [Fact]
    public async Task Stream_as_they_are_written()
    {
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model));

        var pieces = await kernel
            .InvokePromptStreamingAsync<StreamingChatMessageContent>(Prompt, new(Short), cancellationToken: Cancellation)
            .ToListAsync(Cancellation);

        Assert.True(pieces.Count > 4);
        Assert.Equal(await Answered(), string.Concat(pieces.Select(piece => piece.Content)));
        Assert.Equal(12, Assert.IsType<UsageContent>(pieces[^1].Metadata!["Usage"]).Details.OutputTokenCount);
    }

    [Theory]
    [InlineData("a", null, null, "a")]
    [InlineData("other", null, "b", "b")]
    [InlineData(null, "a", null, "a")]
    [InlineData(null, "tiny:a", null, "a")]
    [InlineData(null, "tiny", null, null)]
    [InlineData(null, null, null, "b")]
    [InlineData(null, "b", "a", "a")]
    public async Task Are_answered_by_the_adapter_that_the_prompt_chooses(
        string? serviceId, string? modelId, string? adapter, string? expected)
    {
        await Teach("a", "b");
        var completion = KernelOf(builder => builder.AddPeftChatCompletion(Model, serviceId: "base").AddPeftChatCompletion(Model, "a", "a")
            .AddPeftChatCompletion(Model, "a", "other").AddPeftChatCompletion(Model, "b", "b"));
        var client = KernelOf(builder => builder.AddPeftChatClient(Model, serviceId: "base").AddPeftChatClient(Model, "a", "a")
            .AddPeftChatClient(Model, "a", "other").AddPeftChatClient(Model, "b", "b"));
        var settings = new PeftPromptExecutionSettings { ServiceId = serviceId, ModelId = modelId, Adapter = adapter, MaxTokens = 12 };

        var results = await Task.WhenAll(new[] { completion, client }
            .Select(kernel => kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation)));

        var text = await Answered(expected);
        Assert.All(results, result => Assert.Equal(text, result.ToString()));
    }

    [Theory]
    [InlineData("nobody", null)]
    [InlineData(null, "nobody")]
    [InlineData("tiny:nobody", null)]
    public async Task By_an_adapter_that_is_not_there_are_an_error(string? modelId, string? adapter)
    {
        await Teach("a", "b");
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model, "a"));
        var bare = new PromptExecutionSettings { ModelId = modelId };
        if (adapter is not null) bare.ExtensionData = new Dictionary<string, object> { ["peft_adapter"] = adapter };

        foreach (var settings in new[] { bare, PeftPromptExecutionSettings.FromExecutionSettings(bare) })
        {
            var e = await Assert.ThrowsAsync<ArgumentException>(
                () => kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation));

            Assert.Contains("'nobody'", e.Message, StringComparison.Ordinal);
            Assert.Contains("a, b", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Are_not_mixed_up_among_many()
    {
        string[] names = ["a", "b", "c", "d"];
        await Teach(names);
        var kernel = KernelOf(builder =>
        {
            foreach (var name in names) builder.AddPeftChatCompletion(Model, name, name);
        });
        var expected = await Task.WhenAll(names.Select(name => Answered(name)));

        var texts = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            var arguments = new KernelArguments(new PeftPromptExecutionSettings { ServiceId = names[i % 4], MaxTokens = 12 });
            if (i < 32) return (await kernel.InvokePromptAsync(Prompt, arguments, cancellationToken: Cancellation)).ToString();

            var pieces = kernel.InvokePromptStreamingAsync<string>(Prompt, arguments, cancellationToken: Cancellation);
            return string.Concat(await pieces.ToListAsync(Cancellation));
        }, Cancellation)));

        Assert.Equal(4, expected.Distinct().Count());
        Assert.All(texts.Index(), text => Assert.Equal(expected[text.Index % 4], text.Item));
    }

    [Fact]
    public async Task Are_answered_in_the_form_that_is_asked_for()
    {
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model));
        var schema = JsonElement.Parse("""{ "type": "object", "properties": { "sunny": { "type": "boolean" } }, "required": ["sunny"] }""");
        var settings = new PeftPromptExecutionSettings { MaxTokens = 120, ResponseFormat = schema };

        var result = await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation);

        Assert.True(JsonElement.Parse(result.ToString()).GetProperty("sunny").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    [Fact]
    public async Task End_when_they_are_cancelled()
    {
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model));

        await CancelEndless(kernel);

        Assert.NotEmpty(await Answered());
    }

    [Fact]
    public async Task Go_through_the_services_of_an_application_too()
    {
        await Teach("a", "b");
        var services = new ServiceCollection().AddPeftChatCompletion(Model, "b").AddPeftChatCompletion(Model, "a", "a");
        services.AddKernel();
        await using var provider = services.BuildServiceProvider();
        var kernel = provider.GetRequiredService<Kernel>();

        var chosen = await kernel.InvokePromptAsync(
            Prompt, new(new PeftPromptExecutionSettings { ServiceId = "a", MaxTokens = 12 }), cancellationToken: Cancellation);
        var last = await kernel.InvokePromptAsync(Prompt, new(Short), cancellationToken: Cancellation);

        Assert.Equal((await Answered("a"), await Answered("b")), (chosen.ToString(), last.ToString()));
    }

    [Fact]
    public async Task Go_through_a_model_that_the_host_loads()
    {
        var folders = await TaughtAdapters.Folders;
        await Teach("a");
        var services = new ServiceCollection();
        services.AddPeftModel("it", o => (o.Path, o.ChatTemplate, o.DType) = (ModelFolder, Plain.ChatTemplate, "float32"))
            .AddAdapter("a", folders["a"]).AddPeftChatCompletion("a", "a").AddPeftTextGeneration(serviceId: "text");
        services.AddKernel();
        await using var provider = services.BuildServiceProvider();
        var kernel = provider.GetRequiredService<Kernel>();

        var chat = await kernel.InvokePromptAsync(
            Prompt, new(new PeftPromptExecutionSettings { ServiceId = "a", MaxTokens = 12 }), cancellationToken: Cancellation);
        var text = await kernel.GetRequiredService<Microsoft.SemanticKernel.TextGeneration.ITextGenerationService>("text")
            .GetTextContentsAsync(Prompt, new PeftPromptExecutionSettings { MaxTokens = 12, ModelId = "it:a" }, kernel, Cancellation);

        Assert.Equal((await Answered("a"), "it:a"), (chat.ToString(), chat.GetValue<ChatMessageContent>()!.ModelId));
        Assert.Equal((await Continued("a"), "it:a"), (text[0].Text, text[0].ModelId));
    }

    [Fact]
    public async Task By_an_adapter_that_the_host_does_not_load_are_an_error_at_start()
    {
        var services = new ServiceCollection();
        services.AddPeftModel(options => options.Path = ModelFolder).AddPeftChatCompletion("nobody");
        await using var provider = services.BuildServiceProvider();

        var e = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            provider.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate);

        Assert.Contains("'nobody'", e.Message, StringComparison.Ordinal);
    }
}
