using System.Text.Json.Nodes;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>A model may leave out what its head does not read: for every method the scores are those of all hidden states.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryScoreOfAText
{
    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Is_what_all_hidden_states_give(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp64", LawCase.OwnLayers);
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);

        var (scores, whole) = (law.Logits(), law.Model.Head.Forward(law.Model.Hidden(law.Batch), law.Batch));

        Assert.InRange(Difference.Relative(whole, scores), 0, 1e-6);
    }

    [Fact]
    public void Teaches_as_all_hidden_states_do()
    {
        using var law = new LawCase("LORA", "bert", "fp64", LawCase.EveryLayer);
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);

        var of = Gradients(law, law.Logits()).Zip(Gradients(law, law.Model.Head.Forward(law.Model.Hidden(law.Batch), law.Batch)));

        Assert.All(of, pair => Assert.InRange(Difference.Max(pair.First, pair.Second), 0, 1e-6));
    }

    [Fact]
    public void Is_that_of_vectors_too()
    {
        using var scope = NewDisposeScope();
        using var law = new LawCase("LORA", "bert", "fp32", LawCase.OwnLayers);
        var bare = new Testing.TinyModel("bert")
        {
            Changes = new JsonObject { ["architectures"] = new JsonArray("BertModel") },
            Pooling = Pooling.FirstToken,
        };
        using var model = bare.Create();

        var (vectors, whole) = (model.Forward(law.Batch), model.Head.Forward(model.Hidden(law.Batch), law.Batch));

        Assert.InRange(Difference.Relative(whole, vectors), 0, 1e-5);
    }

    private static Tensor[] Gradients(LawCase law, Tensor scores)
    {
        foreach (var tensor in law.Adapter.Trainable) tensor.grad = null;
        scores.square().sum().backward();
        return [.. law.Adapter.Trainable.Select(tensor => tensor.grad is { } gradient ? gradient.clone() : zeros_like(tensor))];
    }
}
