namespace PeftIntegrations.Core.Tests;

/// <summary>An embedding, two projections with a norm between, and a head: enough of a model to compose adapters on.</summary>
internal sealed class ToyModel : PretrainedModel
{
    private const int Size = 6, Vocabulary = 11;
    private static readonly ModelShape Sizes = new(2, Size, 1, 1, Size, Vocabulary, 32);

    private readonly AffineSite[] _layers;

    public ToyModel() : this(Layers())
    {
    }

    private ToyModel(AffineSite[] layers) : base(new(Sizes, [], layers, new Dictionary<string, FrozenWeight>()))
    {
        _layers = layers;
        Head = new Scores((Projection)layers[^1]);
    }

    public override Head Head { get; }

    public static TokenBatch Tokens => new(tensor(new long[] { 1, 5, 3, 10 }).unsqueeze(0));

    public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null) =>
        _layers[..^1].Aggregate(batch.Ids, (x, layer) => layer.Forward(x));

    private static AffineSite[] Layers()
    {
        manual_seed(3);
        return
        [
            new Embedding(Role.Embedding, "embed", Sizes, new DenseWeight(randn(Vocabulary, Size))),
            new Projection(Role.Query, "layers.0.q_proj", Sizes, new DenseWeight(randn(Size, Size)), randn(Size)),
            new RmsNorm("norm", Sizes, new DenseWeight(ones(Size)), 1e-5),
            new Projection(Role.Value, "layers.1.v_proj", Sizes, new DenseWeight(randn(Size, Size))),
            new Projection(Role.Head, "lm_head", Sizes, new DenseWeight(randn(Vocabulary, Size))),
        ];
    }

    private sealed class Scores(Projection output) : Head
    {
        public override string TaskType => "CAUSAL_LM";

        public override Projection Output => output;

        public override Tensor Forward(Tensor hidden, TokenBatch batch) => output.Forward(hidden);
    }
}
