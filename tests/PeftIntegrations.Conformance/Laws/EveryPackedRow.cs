using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>Documents that share rows, against a row each: under every method they compute and teach the same.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryPackedRow
{
    private static readonly int[][] Rows = [[4, 9, 2, 30], [17, 3, 21]]; // longer than any document may be: positions start over
    private static readonly string[] ReadByDocuments = ["PROMPT_TUNING", "P_TUNING"];

    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Computes_what_each_document_computes_alone(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp32", LawCase.OwnLayers);
        LawCase.Perturb(law.Adapter).Attach();
        var (packed, alone) = Batches(law);
        if (architecture == "bert" && ReadByDocuments.Contains(method))
        {
            var e = Assert.Throws<NotSupportedException>(() => law.Model.Hidden(packed.Tokens));
            Assert.Contains("Train without packing, or by prefix tuning", e.Message, StringComparison.Ordinal);
            return;
        }

        var (together, apart) = (law.Model.Hidden(packed.Tokens), law.Model.Hidden(alone.Tokens));

        var document = 0;
        foreach (var (row, lengths) in Rows.Index())
        {
            var start = 0L;
            foreach (var length in lengths)
            {
                var (own, expected) = (together[row].narrow(0, start, length), apart[document++].narrow(0, 0, length));
                Assert.InRange(Difference.Relative(expected, own), 0, law.Rounding);
                start += length;
            }
        }
    }

    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Teaches_what_each_document_teaches_alone(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp32", LawCase.OwnLayers);
        Assert.SkipWhen(law.Model.Head.TaskType != "CAUSAL_LM", $"{architecture} learns no next token");
        LawCase.Perturb(law.Adapter).Attach();
        var (packed, alone) = Batches(law);
        var objective = new CausalLanguageModel();

        var (together, apart) = (Learnt(packed), Learnt(alone));

        Assert.Equal(objective.Items(alone), objective.Items(packed));
        Assert.InRange(together.Loss, apart.Loss - 1e-6, apart.Loss + 1e-6);
        Assert.All(apart.Gradients.Zip(together.Gradients), pair =>
            Assert.InRange(Difference.Relative(pair.First, pair.Second), 0, 1e-4));

        (double Loss, Tensor[] Gradients) Learnt(TrainingBatch batch)
        {
            foreach (var tensor in law.Adapter.Trainable) tensor.grad = null;
            var loss = objective.Sum(law.Model, batch) / objective.Items(batch);
            loss.backward();
            return (loss.ToDouble(), [.. law.Adapter.Trainable.Select(tensor => tensor.grad!.clone())]);
        }
    }

    private static (TrainingBatch Packed, TrainingBatch Alone) Batches(LawCase law)
    {
        var random = new Random(8);
        Data.TokenSequence[] documents = [.. Rows.SelectMany(row => row).Select(length =>
        {
            int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next((int)law.Model.Shape.Vocabulary))];
            return new Data.TokenSequence(ids, ids);
        })];
        var first = Enumerable.Range(0, Rows[0].Length).ToArray();
        var second = Enumerable.Range(first.Length, Rows[1].Length).ToArray();
        return (
            new PackedRows(documents, [first, second]).Batch([0, 1], TestDevice.Current),
            new SequenceRows(documents).Batch([.. Enumerable.Range(0, documents.Length)], TestDevice.Current));
    }
}
