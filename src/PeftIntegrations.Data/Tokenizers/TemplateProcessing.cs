using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Puts texts and special tokens in the order of a template, one for a text and one for a pair.</summary>
internal sealed class TemplateProcessing(TemplateProcessing.Part[] single, TemplateProcessing.Part[] pair) : PostProcessor
{
    /// <summary>The first text (0), the second (1), or tokens to add.</summary>
    internal sealed record Part(int? Text, int TypeId, int[] Ids, string[] Tokens)
    {
        public static Part TextAt(int index, int typeId) => new(index, typeId, [], []);

        public static Part Token(int id, string token, int typeId = 0) => new(null, typeId, [id], [token]);
    }

    public static TemplateProcessing Read(JsonElement json)
    {
        var specials = json.Members("special_tokens").ToDictionary(special => special.Name, special => special.Value);
        return new TemplateProcessing(
            [.. json.Items("single").Select(part => ReadPart(part, specials))],
            [.. json.Items("pair").Select(part => ReadPart(part, specials))]);
    }

    public override int Added(bool pair) => For(pair).Sum(part => part.Ids.Length);

    public override IReadOnlyList<TokenRun> Process(IReadOnlyList<TokenRun> runs, bool addSpecialTokens)
    {
        var framed = new List<TokenRun>();
        foreach (var part in For(runs.Count > 1))
        {
            if (part.Text is { } index)
            {
                if (index >= runs.Count)
                {
                    throw new InvalidDataException("The template for a single text asks for the second text ($B). Use $A alone there.");
                }
                runs[index].TypeId = part.TypeId;
                framed.Add(runs[index]);
            }
            else if (addSpecialTokens)
            {
                framed.Add(TokenRun.Special(part.Ids, part.Tokens, part.TypeId));
            }
        }

        return framed;
    }

    private Part[] For(bool isPair) => isPair ? pair : single;

    private static Part ReadPart(JsonElement json, Dictionary<string, JsonElement> specials)
    {
        if (json.TryField("Sequence", out var text)) return Part.TextAt(text.Text("id") == "B" ? 1 : 0, text.Number("type_id", 0));

        var special = json.Field("SpecialToken");
        var name = special.Text("id");
        if (!specials.TryGetValue(name, out var known))
        {
            throw new InvalidDataException($"The template uses the special token '{name}', which 'special_tokens' does not define.");
        }

        int[] ids = [.. known.Items("ids").Select(id => id.AsNumber("ids"))];
        string[] tokens = [.. known.Items("tokens").Select(token => token.AsText("tokens"))];
        return ids.Length == tokens.Length
            ? new Part(null, special.Number("type_id", 0), ids, tokens)
            : throw new InvalidDataException(
                $"The special token '{name}' has {ids.Length} ids and {tokens.Length} tokens; it needs as many of each.");
    }
}
