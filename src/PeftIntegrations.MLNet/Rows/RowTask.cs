using System.Text.Json;

namespace PeftIntegrations.MLNet;

/// <summary>
/// What a transformer does with rows: the columns it reads, those it adds, and the work between. A record, so that a saved model is its
/// JSON; the name that it is registered as is the one in the file.
/// </summary>
internal abstract record RowTask
{
    private static readonly JsonSerializerOptions Stored = new() { IgnoreReadOnlyProperties = true };
    private static readonly Registry<RowTask> Known = new(typeof(RowTask).Assembly);

    /// <summary>The columns it reads: one or two of texts, or one of vectors of texts.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Most tokens of a text that are read; null for 512, or as many as the model reads.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Texts that the model reads at once.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Rows that are looked ahead at, so that texts of like length can share a batch.</summary>
    public int Window { get; init; } = 512;

    /// <summary>Whether a row is a vector of words.</summary>
    public bool ReadsWords { get; init; }

    /// <summary>The columns it adds.</summary>
    public abstract IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>How a plain saved model carries the outputs.</summary>
    public abstract Carrier Carrier { get; }

    /// <summary>The options of a model that can do it.</summary>
    public abstract PeftModelOptions Fit(PeftModelOptions options);

    /// <summary>The task on a model that is open: what only the model knows is set.</summary>
    public virtual RowTask Of(PeftModel model) => this;

    /// <summary>The transformer of this task.</summary>
    public abstract PeftTransformer Create(TransformerParts parts);

    /// <summary>What the model says of each row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">The adapter that acts; null for the model alone.</param>
    /// <param name="rows">The texts of each row.</param>
    public abstract IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows);

    /// <summary>The task as a file holds it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Stored);

    /// <summary>The name that it is found by.</summary>
    public string Name => Known.Types.First(type => type.Value == GetType()).Key;

    /// <summary>The task of a file.</summary>
    public static RowTask FromJson(string name, string json) => (RowTask)JsonSerializer.Deserialize(json, Known.Find(name), Stored)!;

    /// <summary>How texts are read.</summary>
    protected ReadingOptions Reading(PeftModel model) =>
        new() { BatchSize = BatchSize, MaxLength = MaxLength ?? LongestText(model) };

    /// <summary>The longest text that is read where nobody says: ML.NET's own trainer reads as long ones.</summary>
    public static int LongestText(PeftModel model) => Math.Min(model.LongestText ?? 512, model.Shape.MaxPositions);
}
