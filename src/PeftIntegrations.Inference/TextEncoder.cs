using System.Runtime.InteropServices;
using PeftIntegrations.Core;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>Reads whole texts with whatever adapters are attached: vectors, or scores of labels, as the model's head gives them.</summary>
/// <param name="model">A model whose head gives one row of numbers a text.</param>
public sealed class TextEncoder(PretrainedModel model)
{
    /// <summary>The head's numbers for each text, in the order of the texts. Called from the model's owner thread.</summary>
    /// <param name="texts">The texts; those of like length share a batch.</param>
    /// <param name="batchSize">Most texts of a batch.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    public float[][] Read(
        IReadOnlyList<EncodedText> texts, int batchSize, CancellationToken cancellationToken = default)
    {
        if (texts.Count == 1) return [Numbers(texts)];

        var read = new float[texts.Count][];
        foreach (var (rows, numbers) in Batches(texts, batchSize, cancellationToken))
        {
            var size = numbers.Length / rows.Length;
            for (var place = 0; place < rows.Length; place++) read[rows[place]] = numbers[(place * size)..((place + 1) * size)];
        }

        return read;
    }

    /// <summary>The same of a head that judges each token: [tokens × numbers] for each text.</summary>
    /// <inheritdoc cref="Read"/>
    public float[][] ReadTokens(
        IReadOnlyList<int[]> texts, int batchSize, CancellationToken cancellationToken = default)
    {
        var read = new float[texts.Count][];
        foreach (var (rows, numbers) in Batches([.. texts.Select(ids => new EncodedText(ids))], batchSize, cancellationToken))
        {
            var size = numbers.Length / rows.Length; // of the longest text
            var perToken = size / rows.Max(row => texts[row].Length);
            foreach (var (place, row) in rows.Index()) read[row] = numbers.AsSpan(place * size, texts[row].Length * perToken).ToArray();
        }

        return read;
    }

    private IEnumerable<(int[] Rows, float[] Numbers)> Batches(
        IReadOnlyList<EncodedText> texts, int batchSize, CancellationToken cancellationToken)
    {
        foreach (var rows in Enumerable.Range(0, texts.Count).OrderByDescending(i => texts[i].Length).Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return (rows, Numbers([.. rows.Select(row => texts[row])]));
        }
    }

    private float[] Numbers(IReadOnlyList<EncodedText> texts)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var batch = Data.Padding.TextsToLongest(texts, paddingId: 0);
        var tokens = TokenBatch.From((batch.Rows, batch.Length), batch.Ids, batch.Mask, batch.TypeIds, model.Device);
        var numbers = model.Forward(tokens).to(ScalarType.Float32);
        return MemoryMarshal.Cast<byte, float>(numbers.cpu().contiguous().bytes).ToArray();
    }
}
