using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Conformance;

/// <summary>Every chat template of the reference set, rendered byte for byte, what the assistant said and the errors included.</summary>
public sealed class ChatTemplates(CaseReport report)
{
    private const string Kind = "chat-templates";
    private const int ShownError = 200; // the peer cuts its errors there
    private static readonly JsonObject Tokens = new()
    {
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
        ["pad_token"] = "<pad>",
        ["unk_token"] = "<unk>",
    };

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases(Kind, "cases.json");

    public static IEnumerable<TheoryDataRow<string>> Features =>
        ReferenceSet.Current.Rows(Kind, ReferenceSet.Current.Files(Kind, "jinja-features.json"));

    [Theory, MemberData(nameof(Cases))]
    public void Render_as_the_peer_does(string folder) => report.Run(Kind, ReferenceSet.Current.NameOf(folder), () =>
    {
        var source = File.ReadAllText(GoldenCase.Needed(Path.Combine(folder, "template.jinja")));
        var cases = JsonNode.Parse(File.ReadAllText(GoldenCase.Needed(Path.Combine(folder, "cases.json"))))!.AsArray();

        Assert.All(cases, expected => Compare(expected!.AsObject(), () => Render(source, expected!["context"]!.AsObject())));
    });

    [Theory, MemberData(nameof(Features))]
    public void Know_the_language_as_the_peer_does(string file) => report.Run(Kind, ReferenceSet.Current.NameOf(file), () =>
    {
        var cases = JsonNode.Parse(File.ReadAllText(file))!.AsArray();

        Assert.All(cases, expected => Compare(expected!.AsObject(), () =>
        {
            var variables = expected!["context"]!.AsObject().ToDictionary(pair => pair.Key, pair => JsonValues.Of(pair.Value));
            var rendering = JinjaTemplate.Parse(expected["template"]!.ToString()).Render(variables, new(), new StoppedClock());
            return new(rendering.Output, []);
        }));
    });

    private static RenderedChat Render(string source, JsonObject context)
    {
        var options = new RenderOptions
        {
            Tools = Objects(context["tools"]),
            Documents = Objects(context["documents"]),
            AddGenerationPrompt = (bool?)context["add_generation_prompt"] ?? false,
            ContinueFinalMessage = (bool?)context["continue_final_message"] ?? false,
            Variables = context["extra"]?.AsObject(),
            Clock = new StoppedClock(),
        };
        return ChatTemplate.Parse(source, Tokens).Render((ListValue)JsonValues.Of(context["messages"])!, options);
    }

    private static void Compare(JsonObject expected, Func<RenderedChat> render)
    {
        if (expected["error"] is { } error)
        {
            var thrown = Assert.ThrowsAny<ChatTemplateException>(render);
            var reason = thrown.Reason.Length > ShownError ? thrown.Reason[..ShownError] : thrown.Reason;
            Assert.Equal(error.ToString(), $"{thrown.Kind}: {reason}");
            return;
        }

        var rendered = render();
        Assert.Equal(expected["text"]!.ToString(), rendered.Text);
        if (expected["generation"] is not JsonArray spans) return;
        Assert.Equal(spans.Select(span => ((int)span![0]!, (int)span[1]!)), rendered.Generated);
    }

    private static JsonObject[]? Objects(JsonNode? list) => list?.AsArray().Select(item => item!.AsObject()).ToArray();

    private sealed class StoppedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 12, 34, 56, TimeSpan.Zero);
    }
}
