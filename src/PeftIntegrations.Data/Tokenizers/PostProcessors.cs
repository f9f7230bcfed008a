using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Joins one or two encoded texts with the special tokens that a model expects around them.</summary>
internal abstract class PostProcessor
{
    public static PostProcessor None { get; } = new PostProcessorSequence([]);

    /// <summary>How many tokens are added to one text, or to a pair.</summary>
    public abstract int Added(bool pair);

    public abstract IReadOnlyList<TokenRun> Process(IReadOnlyList<TokenRun> runs, bool addSpecialTokens);
}

/// <summary>The post-processors, by their <c>type</c>. A new one is a reader here.</summary>
internal static class PostProcessors
{
    public static readonly Components<PostProcessor> Known = new("post-processor", new()
    {
        ["BertProcessing"] = json => Bert(Marker(json, "cls"), Marker(json, "sep")),
        ["ByteLevel"] = json => new SpaceTrimming(json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true)),
        ["RobertaProcessing"] = json => new RobertaProcessing(
            Marker(json, "cls"),
            Marker(json, "sep"),
            new SpaceTrimming(json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true))),
        ["Sequence"] = json => new PostProcessorSequence(Known!.ReadAll(json, "processors")),
        ["TemplateProcessing"] = TemplateProcessing.Read,
    });

    /// <summary>BERT's frame: cls A sep of type 0, then B sep of type 1.</summary>
    public static PostProcessor Bert((string Token, int Id) cls, (string Token, int Id) sep)
    {
        TemplateProcessing.Part[] single = [Frame(cls, 0), TemplateProcessing.Part.TextAt(0, 0), Frame(sep, 0)];
        return new TemplateProcessing(single, [.. single, TemplateProcessing.Part.TextAt(1, 1), Frame(sep, 1)]);

        static TemplateProcessing.Part Frame((string Token, int Id) marker, int typeId) =>
            TemplateProcessing.Part.Token(marker.Id, marker.Token, typeId);
    }

    private static (string Token, int Id) Marker(JsonElement json, string name) => json.Items(name).ToArray() is [var token, var id]
        ? (token.AsText(name), id.AsNumber(name))
        : throw new InvalidDataException($"'{name}' must be a token and its id, not {JsonFields.Shown(json.Field(name))}.");
}

internal sealed class PostProcessorSequence(PostProcessor[] steps) : PostProcessor
{
    public override int Added(bool pair) => steps.Sum(step => step.Added(pair));

    public override IReadOnlyList<TokenRun> Process(IReadOnlyList<TokenRun> runs, bool addSpecialTokens) =>
        steps.Aggregate(runs, (before, step) => step.Process(before, addSpecialTokens));
}

/// <summary>Leaves the spaces at both ends of a token out of its offsets.</summary>
internal sealed class SpaceTrimming(bool isOn, bool addPrefixSpace) : PostProcessor
{
    public override int Added(bool pair) => 0;

    public override IReadOnlyList<TokenRun> Process(IReadOnlyList<TokenRun> runs, bool addSpecialTokens)
    {
        if (!isOn) return runs;

        foreach (var run in runs)
        {
            for (var i = 0; i < run.Ids.Count; i++) run.Offsets[i] = Trimmed(run.Tokens[i], run.Offsets[i], i == 0);
        }

        return runs;
    }

    private (int, int) Trimmed(string token, (int Start, int End) at, bool isFirst)
    {
        var leading = token.TakeWhile(IsSpace).Count();
        var trailing = token.Reverse().TakeWhile(IsSpace).Count();
        if (leading > 0 && addPrefixSpace && (isFirst || at.Start == 0)) leading--; // that space was ours, and has no place in the text

        var start = Math.Min(at.Start + leading, at.End);
        return (start, trailing > 0 && at.End >= trailing ? Math.Max(at.End - trailing, start) : at.End);
    }

    private static bool IsSpace(char unit) => unit == ByteAlphabet.Space || char.IsWhiteSpace(unit);
}

/// <summary>RoBERTa's frame: cls A sep, or cls A sep sep B sep, all of type 0.</summary>
internal sealed class RobertaProcessing((string Token, int Id) cls, (string Token, int Id) sep, SpaceTrimming trimming) : PostProcessor
{
    public override int Added(bool pair) => pair ? 4 : 2;

    public override IReadOnlyList<TokenRun> Process(IReadOnlyList<TokenRun> runs, bool addSpecialTokens)
    {
        trimming.Process(runs, addSpecialTokens);
        foreach (var run in runs) run.TypeId = 0;
        return addSpecialTokens ? [.. runs.SelectMany((run, i) => new[] { Frame(i == 0 ? cls : sep), run, Frame(sep) })] : runs;
    }

    private static TokenRun Frame((string Token, int Id) marker) => TokenRun.Special([marker.Id], [marker.Token], 0);
}
