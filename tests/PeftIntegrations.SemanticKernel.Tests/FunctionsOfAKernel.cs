using System.ComponentModel;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel.ChatCompletion;
using FunctionCallContent = Microsoft.SemanticKernel.FunctionCallContent;

namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class FunctionsOfAKernel : TinyKernelTests
{
    private const string Call = """<tool_call>{"name": "Weather_Get", "arguments": {"city": "Oslo"}}</tool_call>""";
    private readonly Weather _weather = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Are_called_by_the_model_and_seen_by_filters(bool asClient)
    {
        var kernel = Prepare(asClient);
        var filter = new Seeing();
        kernel.AutoFunctionInvocationFilters.Add(filter);

        var result = await kernel.InvokePromptAsync(Prompt, new(Saying(Call, "It rains.")), cancellationToken: Cancellation);

        Assert.Equal("It rains.", result.ToString());
        Assert.Equal(["Oslo"], _weather.Asked);
        Assert.Equal(["Weather.Get(Oslo) = rain in Oslo"], filter.Seen);
    }

    [Fact]
    public async Task Are_called_while_the_answer_streams()
    {
        var kernel = Prepare(asClient: false);
        var chat = new ChatHistory("Be kind.");
        chat.AddUserMessage(Prompt);

        var pieces = await kernel.GetRequiredService<IChatCompletionService>()
            .GetStreamingChatMessageContentsAsync(chat, Saying("Wait. " + Call, "It rains."), kernel, Cancellation)
            .ToListAsync(Cancellation);

        Assert.Equal("Wait. It rains.", string.Concat(pieces.Select(piece => piece.Content))); // half a call is never shown
        Assert.Equal(["Oslo"], _weather.Asked);
        Assert.Equal(2, pieces.Count(piece => piece.Metadata?.GetValueOrDefault("Usage") is not null)); // the model was asked twice
    }

    [Fact]
    public async Task Are_left_to_the_caller_where_it_wants_to_call_them()
    {
        var kernel = Prepare(asClient: false);
        var settings = Saying(FunctionChoiceBehavior.Auto(autoInvoke: false), Call);

        var result = await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation);

        var call = Assert.Single(FunctionCallContent.GetFunctionCalls(result.GetValue<ChatMessageContent>()!));
        Assert.Equal(("Weather_Get", "Oslo"), (call.FunctionName, call.Arguments!["city"]?.ToString())); // as Semantic Kernel names it
        Assert.Empty(_weather.Asked);
    }

    [Fact]
    public async Task Are_called_by_any_model_that_has_to()
    {
        var kernel = Prepare(asClient: false);
        var settings = new PeftPromptExecutionSettings { MaxTokens = 120, FunctionChoiceBehavior = FunctionChoiceBehavior.Required() };

        var result = await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation);

        Assert.Single(_weather.Asked); // the second answer is free
        Assert.NotEmpty(result.ToString());
    }

    [Fact]
    public async Task Can_be_ended_by_a_filter()
    {
        var kernel = Prepare(asClient: false);
        kernel.AutoFunctionInvocationFilters.Add(new Seeing { Ends = true });

        await kernel.InvokePromptAsync(Prompt, new(Saying(Call)), cancellationToken: Cancellation); // a second answer would be an error

        Assert.Equal(["Oslo"], _weather.Asked);
    }

    [Fact]
    public async Task May_be_the_model_itself()
    {
        await Teach("a");
        var kernel = KernelOf(builder => builder.AddPeftChatCompletion(Model));
        kernel.Plugins.AddFromObject(new PeftPlugin(Model), "Peft");
        var filter = new Seeing();
        kernel.AutoFunctionInvocationFilters.Add(filter);
        var settings = Saying("""<tool_call>{"name": "Peft_list_adapters", "arguments": {}}</tool_call>""", "It is a.");

        var result = await kernel.InvokePromptAsync(Prompt, new(settings), cancellationToken: Cancellation);

        Assert.Equal("It is a.", result.ToString());
        Assert.Equal(["""Peft.list_adapters() = ["a"]"""], filter.Seen);
    }

    private Kernel Prepare(bool asClient)
    {
        var kernel = KernelOf(builder => _ = asClient ? builder.AddPeftChatClient(Model) : builder.AddPeftChatCompletion(Model));
        kernel.Plugins.AddFromObject(_weather, "Weather");
        return kernel;
    }

    private Said Saying(params string[] answers) => Saying(FunctionChoiceBehavior.Auto(), answers);

    private Said Saying(FunctionChoiceBehavior choice, params string[] answers) =>
        new(answers.Select(Bias).GetEnumerator()) { FunctionChoiceBehavior = choice };

    // Each character by a bias that outweighs all others.
    private GenerationOptions Bias(string text)
    {
        int[] tokens = [.. Model.Tokenizer.Encode(text, addSpecialTokens: false).Ids, Model.Tokenizer.Special.End!.Value];
        var biases = tokens.Select((_, i) => new BiasedSequence(tokens[..(i + 1)], 1000 * (i + 1)));
        return new() { SequenceBias = [.. biases], MaxNewTokens = tokens.Length + 1 };
    }

    /// <summary>Settings of somebody else's, under which the model gives these answers one after another.</summary>
    private sealed class Said(IEnumerator<GenerationOptions> answers) : PromptExecutionSettings
    {
        protected override void PrepareChatOptionsForRequest(ChatOptions options) => options.RawRepresentationFactory = _ =>
            answers.MoveNext() ? answers.Current : throw new InvalidOperationException("The model was asked once too often.");
    }

    private sealed class Weather
    {
        public List<string> Asked { get; } = [];

        [KernelFunction("Get"), Description("Tells the weather of a city.")]
        public string Get([Description("The city.")] string city)
        {
            Asked.Add(city);
            return $"rain in {city}";
        }
    }

    private sealed class Seeing : IAutoFunctionInvocationFilter
    {
        public List<string> Seen { get; } = [];

        public bool Ends { get; init; }

        public async Task OnAutoFunctionInvocationAsync(
            AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
        {
            await next(context);
            var given = string.Join(", ", context.Arguments?.Values.Select(value => $"{value}") ?? []);
            var result = context.Result.GetValue<object>();
            Seen.Add($"{context.Function.PluginName}.{context.Function.Name}({given}) = "
                + (result as string ?? System.Text.Json.JsonSerializer.Serialize(result)));
            context.Terminate = Ends;
        }
    }
}
