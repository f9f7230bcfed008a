using System.Text.Json;
using Microsoft.Extensions.AI;

namespace PeftIntegrations.SemanticKernel.Tests;

public sealed class SettingsOfAPrompt
{
    private static PeftPromptExecutionSettings Full => new()
    {
        ModelId = "support",
        ServiceId = "local",
        Adapter = "support",
        AdapterScale = 0.5,
        MaxTokens = 7,
        Temperature = 0.7,
        TopP = 0.9,
        TopK = 40,
        MinP = 0.05,
        RepetitionPenalty = 1.1,
        FrequencyPenalty = 0.25,
        PresencePenalty = -0.5,
        Seed = 1L << 40,
        StopSequences = ["\n", "end"],
        ChatSystemPrompt = "Be brief.",
        ResponseFormat = "json_object",
    };

    [Fact]
    public void Survive_json()
    {
        var json = JsonSerializer.Serialize(Full);

        var read = JsonSerializer.Deserialize<PeftPromptExecutionSettings>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal(1L << 40, read.Seed);
        Assert.Equal(["\n", "end"], read.StopSequences);
        Assert.DoesNotContain("temperature", JsonSerializer.Serialize(new PeftPromptExecutionSettings()), StringComparison.Ordinal);
    }

    [Fact]
    public void Are_all_in_a_copy()
    {
        var copy = Assert.IsType<PeftPromptExecutionSettings>(Full.Clone());

        Assert.Equal(JsonSerializer.Serialize(Full), JsonSerializer.Serialize(copy));
        Assert.All(typeof(PeftPromptExecutionSettings).GetProperties().Where(Declared), p => Assert.NotNull(p.GetValue(copy)));
    }

    [Fact]
    public void Cannot_be_changed_once_frozen()
    {
        var frozen = Full;

        frozen.Freeze();
        frozen.Freeze();

        var copy = (PeftPromptExecutionSettings)frozen.Clone();
        foreach (var property in typeof(PeftPromptExecutionSettings).GetProperties().Where(Declared))
        {
            var e = Assert.Throws<System.Reflection.TargetInvocationException>(() => property.SetValue(frozen, property.GetValue(copy)));
            Assert.IsType<InvalidOperationException>(e.InnerException);
        }

        Assert.Throws<NotSupportedException>(() => frozen.StopSequences!.Add("more"));
        copy.StopSequences!.Add("more");
        copy.Temperature = 1;
    }

    [Fact]
    public void Come_from_those_of_any_service()
    {
        var own = Full;
        var choice = FunctionChoiceBehavior.Auto();
        var others = new Others { MaxTokens = 3, ModelId = "m", FunctionChoiceBehavior = choice };
        var bare = new PromptExecutionSettings
        {
            ServiceId = "s",
            ExtensionData = new Dictionary<string, object>
            {
                ["Temperature"] = 0.5,
                ["top_k"] = "40",
                ["stop_sequences"] = new[] { "." },
                ["peft_adapter"] = "a",
                ["unheard"] = true,
            },
        };

        var read = PeftPromptExecutionSettings.FromExecutionSettings(bare);
        var other = PeftPromptExecutionSettings.FromExecutionSettings(others);

        Assert.Same(own, PeftPromptExecutionSettings.FromExecutionSettings(own));
        Assert.Null(PeftPromptExecutionSettings.FromExecutionSettings(null).Temperature);
        Assert.Equal(("s", 0.5, 40, "a"), (read.ServiceId, read.Temperature, read.TopK, read.Adapter));
        Assert.Equal(["."], read.StopSequences);
        Assert.Equal(["unheard"], read.ExtensionData!.Keys);
        Assert.Equal((3, "m"), (other.MaxTokens, other.ModelId));
        Assert.Same(choice, other.FunctionChoiceBehavior);
    }

    [Fact]
    public void Of_another_type_are_refused_by_their_name()
    {
        var settings = new PromptExecutionSettings { ExtensionData = new Dictionary<string, object> { ["temperature"] = "warm" } };

        var e = Assert.Throws<ArgumentException>(() => PeftPromptExecutionSettings.FromExecutionSettings(settings));

        Assert.Contains("$.temperature", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reach_a_chat_client_without_loss()
    {
        var options = Full.ToChatOptions(kernel: null);

        var raw = Assert.IsType<GenerationOptions>(options.RawRepresentationFactory!(null!));

        Assert.Equal((0.7f, 0.9f, 40, 7), (options.Temperature, options.TopP, options.TopK, options.MaxOutputTokens));
        Assert.Equal((1L << 40, "Be brief.", "support"), (options.Seed, options.Instructions, options.ModelId));
        Assert.Equal(["\n", "end"], options.StopSequences);
        Assert.Equal(ChatResponseFormat.Json, options.ResponseFormat);
        Assert.Equal((0.7, 0.05, 1.1), (raw.Temperature, raw.MinP, raw.RepetitionPenalty));
    }

    private static bool Declared(System.Reflection.PropertyInfo property) =>
        property.DeclaringType == typeof(PeftPromptExecutionSettings);

    private sealed class Others : PromptExecutionSettings
    {
        [System.Text.Json.Serialization.JsonPropertyName("max_tokens")]
        public int MaxTokens { get; set; }
    }
}
