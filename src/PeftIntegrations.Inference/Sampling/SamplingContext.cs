using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>What a <see cref="LogitsProcessor"/> is built from: the options, and the length of the prompt they are applied to.</summary>
public sealed record SamplingContext
{
    /// <summary>Generation by <paramref name="options"/> after a prompt of <paramref name="promptLength"/> tokens.</summary>
    /// <exception cref="ArgumentException">The length is negative, or fills <see cref="GenerationOptions.MaxLength"/>.</exception>
    public SamplingContext(GenerationOptions options, int promptLength)
    {
        Options = options;
        PromptLength = Guard.AtLeast(0, promptLength, "It is the number of tokens before the first generated one.", nameof(promptLength));
        TotalLength = promptLength + options.NewTokenLimit(promptLength);
    }

    /// <summary>The options.</summary>
    public GenerationOptions Options { get; }

    /// <summary>The number of tokens before the first generated one.</summary>
    public int PromptLength { get; }

    /// <summary>The most tokens in all, prompt included.</summary>
    public long TotalLength { get; }
}
