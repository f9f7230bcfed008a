using System.Collections.Concurrent;
using System.ComponentModel;
using Microsoft.Extensions.AI;
using PeftIntegrations.Training;

namespace PeftIntegrations.SemanticKernel;

/// <summary>A model and its adapters as functions that a kernel, an agent or another model calls.</summary>
/// <param name="model">The model; somebody else disposes it.</param>
public sealed class PeftPlugin(PeftModel model)
{
    private readonly ConcurrentDictionary<string, TrainingProgress> _training = new();

    /// <summary>Remembers how far the training of an adapter is, so that <see cref="TrainingStatus"/> can tell.</summary>
    /// <param name="adapter">The adapter's name.</param>
    /// <param name="also">Who else wants to know; null for nobody.</param>
    /// <returns>What to give to <see cref="PeftModel"/>'s <c>TrainAsync</c> as its progress.</returns>
    public IProgress<TrainingProgress> Follow(string adapter, IProgress<TrainingProgress>? also = null) =>
        new Follower(step =>
        {
            _training[adapter] = step;
            also?.Report(step);
        });

    /// <summary>The names of the adapters.</summary>
    [KernelFunction("list_adapters"), Description("Lists the adapters of the local model: what it was taught, by name.")]
    public Task<IReadOnlyList<string>> ListAdaptersAsync(CancellationToken cancellationToken = default) =>
        model.AdapterNamesAsync(cancellationToken);

    /// <summary>What an adapter answers.</summary>
    /// <exception cref="ArgumentException">There is no such adapter.</exception>
    /// <exception cref="InvalidOperationException">The model does not converse.</exception>
    [KernelFunction("ask_adapter"), Description("Asks an adapter of the local model a question, and gives its answer.")]
    public async Task<string> AskAsync(
        [Description("The adapter's name.")] string adapter,
        [Description("The question.")] string question,
        CancellationToken cancellationToken = default)
    {
        var client = model.AsIChatClient(adapter);
        var answer = await client.GetResponseAsync(question, cancellationToken: cancellationToken).ConfigureAwait(false);
        return answer.Text;
    }

    /// <summary>The label that an adapter gives to a text.</summary>
    /// <exception cref="ArgumentException">There is no such adapter.</exception>
    /// <exception cref="InvalidOperationException">The model is no classifier.</exception>
    [KernelFunction("classify_text"), Description("Gives the label of a text.")]
    public async Task<string> ClassifyAsync(
        [Description("The text to label.")] string text,
        [Description("The adapter that labels it; none for the model alone.")] string? adapter = null,
        CancellationToken cancellationToken = default)
    {
        var found = await model.ClassifyAsync([text], adapter, cancellationToken: cancellationToken).ConfigureAwait(false);
        return found[0].Label;
    }

    /// <summary>The vector of a text.</summary>
    /// <exception cref="ArgumentException">There is no such adapter.</exception>
    /// <exception cref="InvalidOperationException">The model makes no vectors.</exception>
    [KernelFunction("embed_text"), Description("Gives the vector of a text, for comparing its meaning with others.")]
    public async Task<IReadOnlyList<float>> EmbedAsync(
        [Description("The text to embed.")] string text,
        [Description("The adapter that embeds it; none for the model alone.")] string? adapter = null,
        CancellationToken cancellationToken = default)
    {
        var vectors = await model.EmbedAsync([text], adapter, cancellationToken: cancellationToken).ConfigureAwait(false);
        return vectors[0];
    }

    /// <summary>How far the training of an adapter is, or was when it ended.</summary>
    [KernelFunction("training_status"), Description("Tells how far the training of an adapter is: its last step and loss.")]
    public string TrainingStatus([Description("The adapter's name.")] string adapter) =>
        _training.TryGetValue(adapter, out var last)
            ? FormattableString.Invariant($"step {last.Step} of {last.Steps}, loss {last.Loss:F4}, {last.TokensPerSecond:F0} tokens/s")
            : $"No training of '{adapter}' is known.{(_training.IsEmpty ? "" : $" Known: {string.Join(", ", _training.Keys.Order())}.")}";

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value); // at once: Progress<T> would tell it some time later
    }
}
