using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>What libtorch cannot do on the meta device, looking up rows, norms and fused attention, done otherwise.</summary>
internal static class MetaStandIns
{
    /// <summary>
    /// Takes the place of each embedding with all on it, of a norm that has nothing on it, and of attention's core beneath what is on it.
    /// </summary>
    public static void PutInto(PretrainedModel model)
    {
        foreach (var table in model.Sites.OfType<Embedding>()) table.Levels = [new Level(new Share([new RowsOfNoTable(model)]))];
        foreach (var norm in model.Sites.OfType<LayerNorm>().Where(norm => norm.Levels.Count == 0))
        {
            norm.Levels =
            [new Level(new Share([new PlainNorm()]))];
        }

        foreach (var core in model.Sites.OfType<Point<Qkv>>()) core.Levels = [new Level(new Share([new PlainAttention()])), .. core.Levels];
    }

    private sealed class RowsOfNoTable(PretrainedModel model) : Patch<Tensor>
    {
        public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below) =>
            zeros([.. input.shape, model.Shape.Hidden], dtype: model.DType, device: input.device); // [batch, seq, hidden]
    }

    private sealed class PlainNorm : Patch<Tensor>
    {
        public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below) => input - input.mean([-1L], keepdim: true);
    }

    private sealed class PlainAttention : Patch<Qkv>
    {
        public override Tensor Forward(Qkv input, Func<Qkv, Tensor> below)
        {
            var group = input.Q.shape[1] / input.K.shape[1];
            var k = input.K.repeat_interleave(group, 1); // [batch, heads, keys, headDim]
            var v = input.V.repeat_interleave(group, 1);
            var scores = input.Q.matmul(k.transpose(-2, -1)) / Math.Sqrt(k.shape[^1]); // [batch, heads, seq, keys]
            return nn.functional.softmax(scores + input.Mask.Additive(input.Q, k)!, -1).matmul(v);
        }
    }
}
