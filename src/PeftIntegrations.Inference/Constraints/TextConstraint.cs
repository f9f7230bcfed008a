using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PeftIntegrations.Inference;

/// <summary>
/// What a text must be: whatever the scores, a model then writes nothing else, and completes it within its limit. Made once and used for
/// any number of texts and models; what has been found out about a vocabulary is kept, so reuse it. A stop text still ends a text early.
/// </summary>
public sealed class TextConstraint
{
    private readonly Func<GrammarBuilder, List<string>, Part> _read;
    private readonly Grammar _grammar;
    private readonly ConditionalWeakTable<TokenTrie, TokenMasks> _masks = [];

    private TextConstraint(Func<GrammarBuilder, List<string>, Part> read)
    {
        var (builder, notes) = (new GrammarBuilder(), new List<string>());
        var part = read(builder, notes);
        _grammar = builder.Build(at => part(builder.Maybe(at, blank => builder.Literal(blank, " "))));
        (_read, Notes) = (read, notes);
        if (ReferenceEquals(new Automaton(_grammar, TokenMasks.Depth).Start, AutomatonState.Dead))
        {
            throw new ArgumentException(
                $"No text fits the constraint: it contradicts itself, or needs to nest deeper than {TokenMasks.Depth} references.");
        }
    }

    /// <summary>A JSON object or array, with whatever in it.</summary>
    public static TextConstraint Json { get; } = JsonSchema("""{"type": ["object", "array"]}""");

    /// <summary>What the schema asks for that is not enforced, or only more strictly.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>JSON that fits a schema, its members in the order of the schema.</summary>
    /// <param name="schema">
    /// JSON Schema: type, properties, required, additionalProperties, items, prefixItems, enum, const, anyOf, oneOf (as anyOf), allOf of
    /// one, $ref into itself, and the bounds of lengths, counts and numbers (those of numbers that are no integers must be whole). Objects
    /// that list their properties have no others unless additionalProperties says so. What only describes is ignored.
    /// </param>
    /// <exception cref="ArgumentException">It holds what can't be followed; the message names all of it.</exception>
    public static TextConstraint JsonSchema(JsonElement schema)
    {
        var own = schema.Clone();
        return new((to, notes) => Checked([new SchemaReader(to, own, "#")], notes)[0]);
    }

    /// <inheritdoc cref="JsonSchema(JsonElement)"/>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static TextConstraint JsonSchema(string schema) => JsonSchema(JsonElement.Parse(schema));

    /// <summary>A call of one of some tools.</summary>
    /// <param name="tools">The tools; at least one.</param>
    /// <param name="layout">How the model's family writes a call; as Hermes does by default.</param>
    /// <exception cref="ArgumentException">A tool's schema holds what can't be followed; the message names all of it.</exception>
    public static TextConstraint ToolCall(IReadOnlyList<ToolSignature> tools, ToolCallLayout? layout = null)
    {
        Core.Guard.NotEmpty(tools, "Give the tools that may be called.");
        return new(Read);

        Part Read(GrammarBuilder to, List<string> notes)
        {
            var arguments = Checked([.. tools.Select(tool => new SchemaReader(to, tool.Schema, $"{tool.Name}#"))], notes);
            var calls = tools.Zip(arguments, (layout ?? new()).Call(to)).ToArray();
            return at => to.Any(at, calls);
        }
    }

    /// <summary>What fits this or <paramref name="other"/>, such as a call of a tool or an answer of a schema.</summary>
    public TextConstraint Or(TextConstraint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new((to, notes) =>
        {
            Part[] parts = [_read(to, notes), other._read(to, notes)];
            return at => to.Any(at, parts);
        });
    }

    internal TokenMasks For(TokenTrie trie) => _masks.GetValue(trie, vocabulary => new(_grammar, vocabulary));

    private static Part[] Checked(SchemaReader[] readers, List<string> notes)
    {
        Part[] parts = [.. readers.Select(reader => reader.Read())];
        notes.AddRange(readers.SelectMany(reader => reader.Notes));
        string[] problems = [.. readers.SelectMany(reader => reader.Problems)];
        return problems.Length == 0
            ? parts
            : throw new ArgumentException($"The schema can't be followed:\n  {string.Join("\n  ", problems)}");
    }
}
