namespace PeftIntegrations.Methods;

/// <summary>p virtual tokens are read before the text's own; their places come first.</summary>
internal sealed class SoftPrompt(VirtualTokens tokens, int p) : Patch<Embedded>
{
    public override Tensor Forward(Embedded input, Func<Embedded, Tensor> below)
    {
        var (places, reach) = (input.Positions + p, input.Reach + p);
        if (input.Cache is { Length: > 0 }) // which holds them
        {
            return below(input with { Positions = places, Reach = reach, Mask = input.Mask.WithPrefix(p) });
        }

        input.Cache?.Reserve(p);
        var (batch, hidden) = (input.Hidden.shape[0], input.Hidden.shape[2]);
        var prompt = tokens.Make().to(input.Hidden.dtype).expand(batch, p, hidden);
        var first = arange(p, dtype: ScalarType.Int64, device: places.device).expand(batch, p);
        var y = below(input with
        {
            Hidden = cat([prompt, input.Hidden], dim: 1), // [batch, p + seq, hidden]
            Positions = cat([first, places], dim: 1),
            Reach = reach,
            Mask = input.Mask.WithPrefix(p),
        });

        var own = y.narrow(1, p, y.shape[1] - p); // [batch, seq, hidden]
        // an encoder's pooler reads the first place, as in peft
        return input.Mask.Causal ? own : cat([y.narrow(1, 0, 1), own.narrow(1, 1, own.shape[1] - 1)], dim: 1);
    }
}
