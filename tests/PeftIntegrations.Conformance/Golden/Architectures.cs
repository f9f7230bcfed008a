using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Every architecture case of the reference set whose model type is registered.</summary>
public sealed class Architectures(CaseReport report)
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("architectures");

    [Theory, MemberData(nameof(Cases))]
    public void Compute_what_the_peer_computes(string folder) => GoldenCase.Run(report, "architectures", folder, golden =>
    {
        using var model = Claimed.Model(folder, store: "dense"); // what is read anew for each product has no gradient to look at
        foreach (var weight in model.Weights.Values) weight.Read().requires_grad_(true);
        var recorders = HiddenStates.Record(model);

        var batch = Claimed.Batch(golden.Expected);

        var hidden = model.Hidden(batch);
        var scores = model.Head.Forward(hidden, batch);

        foreach (var (name, actual) in Outputs(model, hidden, scores)) golden.Check(name, actual);
        for (var i = 0; i < recorders.Count; i++) golden.Check($"hidden.{i}", recorders[i].Seen!);
        if (!Claimed.HasLoss(golden.Expected)) return;

        var loss = Claimed.Loss(model, scores, golden.Expected);
        loss.backward();
        golden.Check("loss", loss);
        foreach (var key in golden.Keys("gradient")) golden.Check($"gradient.{key}", model.Weights[key].Read().grad!);
    });

    [Theory, MemberData(nameof(Cases))]
    public void Continue_left_padded_prompts_as_the_peer_does(string folder) => GoldenCase.Run(report, "architectures", folder, golden =>
    {
        using var model = Claimed.Model(folder);
        using var _ = no_grad();
        var batch = Claimed.Batch(golden.Expected, "left_");

        golden.Check("left_logits", model.Forward(batch) * batch.Mask!.unsqueeze(-1));
        if (!golden.Has("greedy")) return;

        var tokens = Claimed.Continue(model, batch, new() { MaxNewTokens = (int)golden.Expected["greedy"].shape[1] });
        golden.Check("greedy", tensor(tokens.SelectMany(row => row).ToArray()), tolerance: 0);
    });

    private static IEnumerable<(string Name, Tensor Actual)> Outputs(PretrainedModel model, Tensor hidden, Tensor scores)
    {
        yield return ("last_hidden_state", hidden);
        yield return ("logits", scores);
        if (model.Head is SpanHead)
        {
            yield return ("start_logits", scores.select(2, 0));
            yield return ("end_logits", scores.select(2, 1));
        }

        if (model is Bert { Pooler: not null } bert) yield return ("pooler_output", bert.Pool(hidden));
    }
}

/// <summary>Hidden states, seen by patches on the norms: that entering each layer's first norm, and that leaving the last norm.</summary>
internal sealed class HiddenStates(bool output) : Patch<Tensor>
{
    public Tensor? Seen { get; private set; }

    public static IReadOnlyList<HiddenStates> Record(PretrainedModel model)
    {
        var norms = model.Sites.OfType<RmsNorm>().ToArray(); // two a layer before its blocks, and the last
        if (norms.Length == 0) return [];

        var firsts = norms.SkipLast(1).Where((_, i) => i % 2 == 0);
        return [.. firsts.Select(norm => Attach(norm, new(output: false))), Attach(norms[^1], new(output: true))];
    }

    public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below)
    {
        var y = below(input);
        Seen = (output ? y : input).detach().DetachFromDisposeScope(); // a layer's input is freed behind it
        return y;
    }

    private static HiddenStates Attach(RmsNorm site, HiddenStates patch)
    {
        site.Levels = [new Level(new Share([patch]))];
        return patch;
    }
}
