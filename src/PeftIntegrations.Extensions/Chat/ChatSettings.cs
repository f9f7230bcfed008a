namespace PeftIntegrations.Extensions;

/// <summary>A host's options as the model's.</summary>
internal static class ChatSettings
{
    /// <summary>
    /// The provider's own options (<see cref="ChatOptions.RawRepresentationFactory"/>), and the host's where those are unset. Values that
    /// are out of range go to <paramref name="problems"/>.
    /// </summary>
    public static GenerationOptions Of(ChatOptions options, IChatClient client, List<string> problems)
    {
        var chosen = options.RawRepresentationFactory?.Invoke(client) as GenerationOptions ?? new();
        Lay(options.MaxOutputTokens, chosen.MaxNewTokens, most => chosen with { MaxNewTokens = most });
        Lay(options.Temperature, chosen.Temperature, value => chosen with { Temperature = value });
        Lay(options.TopP, chosen.TopP, value => chosen with { TopP = value });
        Lay(options.TopK, chosen.TopK, value => chosen with { TopK = value });
        Lay(options.Seed, chosen.Seed, value => chosen with { Seed = value });
        Lay(options.FrequencyPenalty, chosen.FrequencyPenalty, value => chosen with { FrequencyPenalty = value });
        Lay(options.PresencePenalty, chosen.PresencePenalty, value => chosen with { PresencePenalty = value });
        Try(() => options.StopSequences is { Count: > 0 } stops && chosen.Stop is null ? chosen with { Stop = [.. stops] } : chosen);
        return chosen;

        void Lay<T, TOwn>(T? told, TOwn? own, Func<T, GenerationOptions> set)
            where T : struct
            where TOwn : struct
        {
            if (told is { } value && own is null) Try(() => set(value));
        }

        void Try(Func<GenerationOptions> set)
        {
            try
            {
                chosen = set();
            }
            catch (ArgumentException e)
            {
                problems.Add(e.Message.Split(" (Parameter '")[0]);
            }
        }
    }
}
