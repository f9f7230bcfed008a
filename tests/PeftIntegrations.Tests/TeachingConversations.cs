using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Tests;

public sealed class TeachingConversations : TinyModelTests
{
    private const string Template = "{{ bos_token }}{% for m in messages %}{{ m.content }}"
        + "{{ eos_token if m.role == 'assistant' else '|' }}{% endfor %}";

    private static Chats Some => Chats.From(
    [
        new([ChatMessage.User("Once"), ChatMessage.Said("more!")]),
        new([ChatMessage.System("x"), ChatMessage.User("a"), ChatMessage.Said("b"), ChatMessage.User("Once"), ChatMessage.Said("more!")]),
    ]);

    [Fact]
    public async Task Makes_the_model_say_what_the_assistant_said()
    {
        Write(Template);
        var row = Model.ChatFormat.EncodeForTraining(Some[1]);

        await Model.TrainAsync(
            "it", Small, Some, new() { MaxSteps = 60, BatchSize = 2, LearningRate = 0.05 }, cancellationToken: Cancellation);
        var prompt = Model.ChatFormat.Render([ChatMessage.User("Once")], new() { AddGenerationPrompt = true }).Text;
        var answer = await Model.CompleteAsync([prompt["<s>".Length..]], new() { Adapter = "it", MaxNewTokens = 12 }, Cancellation);

        Assert.StartsWith("more!", answer[0].Text, StringComparison.Ordinal); // the tiny model has no numbers for its end token
        Assert.Equal("b</s>more!</s>", Model.Tokenizer.Decode(row.Labels.Where(label => label >= 0), skipSpecialTokens: false));
    }

    [Fact]
    public async Task Is_refused_for_a_model_without_a_chat_template()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Model.TrainAsync("it", Small, Some, Quick, cancellationToken: Cancellation));

        Assert.Contains("no chat template", e.Message, StringComparison.Ordinal);
        Assert.Contains("chat_template.jinja", e.Message, StringComparison.Ordinal);
        Assert.Empty(await Model.AdapterNamesAsync(Cancellation));
    }

    [Theory]
    [InlineData(Template, 0)]
    [InlineData("{% for m in messages %}{{ m.content }}|{% endfor %}", 1)]
    public async Task Warns_where_no_end_is_learnt(string template, int warnings)
    {
        Write(template);
        var logger = new Remembering();

        await Model.TrainAsync("it", Small, Some, Quick with { Logger = logger, Validation = Some }, cancellationToken: Cancellation);

        Assert.Equal(warnings, logger.Warnings.Count);
        Assert.All(logger.Warnings, text => Assert.Contains("no end token, </s> (1)", text, StringComparison.Ordinal));
    }

    private void Write(string template) => File.WriteAllText(Path.Combine(ModelFolder, "chat_template.jinja"), template);

    private sealed class Remembering : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? error, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning) Warnings.Add(formatter(state, error));
        }
    }
}
