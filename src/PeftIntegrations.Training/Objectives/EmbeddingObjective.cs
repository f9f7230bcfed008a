namespace PeftIntegrations.Training;

/// <summary>
/// An objective of vectors: each row has several texts, and each text becomes one vector. A batch's tokens are the first texts of all rows,
/// then the second texts, and so on: [texts · rows, seq]; its labels are [rows], of which objectives without labels read only the number.
/// </summary>
public abstract record EmbeddingObjective : Objective
{
    /// <summary>What the texts of a row are.</summary>
    public virtual IReadOnlyList<string> Texts => ["first", "second"];

    /// <summary>Whether a row may have more texts than <see cref="Texts"/> names.</summary>
    public virtual bool TakesMore => false;

    /// <inheritdoc/>
    public override long Items(TrainingBatch batch) => batch.Labels.shape[0];

    /// <inheritdoc/>
    public sealed override Tensor Sum(PretrainedModel model, TrainingBatch batch)
    {
        var (texts, rows) = (batch.Tokens.Ids.shape[0], batch.Labels.shape[0]);
        var fits = texts % rows == 0 && (texts / rows == Texts.Count || (TakesMore && texts / rows > Texts.Count));
        if (!fits)
        {
            throw new ArgumentException(
                $"{GetType().Name} needs {Texts.Count} texts a row ({string.Join(", ", Texts)}){(TakesMore ? " or more" : "")}, but "
                + $"the batch has {texts} texts for {rows} rows. Give each row its texts, or choose an objective that fits.");
        }

        var vectors = model.Forward(batch.Tokens); // [texts · rows, hidden]
        if (vectors.shape.Length != 2)
        {
            throw new ArgumentException(
                $"{GetType().Name} needs one vector a text, but the model's {model.Head.TaskType} head gave "
                + $"[{string.Join(", ", vectors.shape)}]. Load the model with the embedding head.");
        }

        return Sum(InFullPrecision(vectors).reshape(-1, rows, vectors.shape[1]), batch.Labels);
    }

    /// <summary>The sum of the items' losses.</summary>
    /// <param name="texts">The vectors, [texts, rows, hidden].</param>
    /// <param name="labels">[rows].</param>
    public abstract Tensor Sum(Tensor texts, Tensor labels);

    /// <summary>The cosine of each row's first two texts, [rows].</summary>
    protected static Tensor Cosine(Tensor texts)
    {
        var unit = nn.functional.normalize(texts, dim: -1);
        return (unit[0] * unit[1]).sum(dim: -1);
    }
}
