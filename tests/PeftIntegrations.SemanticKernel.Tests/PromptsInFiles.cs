namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class PromptsInFiles : TinyKernelTests
{
    [Fact]
    public async Task Choose_their_adapter_and_their_settings()
    {
        await Teach("a", "b");
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model, "a", "a").AddPeftChatCompletion(Model, "b", "b"));
        var first = Function("""{ "a": { "max_tokens": "12" } }"""); // as YAML says numbers
        var second = Function("""{ "default": { "model_id": "b", "max_tokens": 5, "stop_sequences": ["\n"] } }""");
        var third = Function("""{ "default": { "peft_adapter": "a", "max_tokens": 3 } }""");

        var texts = new List<string>();
        foreach (var function in new[] { first, second, third })
        {
            texts.Add((await function.InvokeAsync(kernel, new() { ["beginning"] = "On" }, Cancellation)).ToString());
        }

        Assert.Equal([await Answered("a"), await Answered("b", tokens: 5), await Answered("a", tokens: 3)], texts);
    }

    [Fact]
    public async Task Are_rendered_before_the_model_reads_them()
    {
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model));
        kernel.Plugins.AddFromFunctions("Words", [kernel.CreateFunctionFromMethod((string of) => of + "ce", "End")]);
        var settings = new PeftPromptExecutionSettings { MaxTokens = 12 };

        var plain = await kernel.InvokePromptAsync(
            "{{Words.End $beginning}}", new(settings) { ["beginning"] = "On" }, cancellationToken: Cancellation);
        const string Roles = """<message role="system">Be kind.</message><message role="user">Hello</message>""";
        var roles = await kernel.InvokePromptAsync(Roles, new(settings), cancellationToken: Cancellation);
        var kind = new PeftPromptExecutionSettings { MaxTokens = 12, ChatSystemPrompt = "Be kind." };
        var told = await kernel.InvokePromptAsync("Hello", new(kind), cancellationToken: Cancellation);

        Assert.Equal(await Answered(), plain.ToString());
        Assert.Equal(roles.ToString(), told.ToString());
        Assert.NotEqual(await Answered(question: "Hello"), told.ToString());
    }

    private static KernelFunction Function(string settings) => KernelFunctionFactory.CreateFromPrompt(PromptTemplateConfig.FromJson(
        $$"""{ "template": "{{"{{$beginning}}"}}ce", "template_format": "semantic-kernel", "execution_settings": {{settings}} }"""));
}
