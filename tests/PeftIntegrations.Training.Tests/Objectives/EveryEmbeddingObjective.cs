using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

public sealed class EveryEmbeddingObjective : IDisposable
{
    private const int Rows = 4;
    private static readonly Registry<EmbeddingObjective> Registered = new(typeof(EmbeddingObjective).Assembly);
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. Registered.Names];

    public void Dispose() => _scope.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Has_the_gradient_of_small_differences(string name)
    {
        var objective = Registered.Create(name);
        var texts = Texts(objective, hidden: 8).requires_grad_(true);
        var labels = Labels();

        objective.Sum(texts, labels).backward();

        foreach (var place in (long[])[0, 13, 37, 50])
        {
            var step = zeros_like(texts);
            step.view(-1)[place] = 1e-5;
            var slope = (objective.Sum(texts.detach() + step, labels) - objective.Sum(texts.detach() - step, labels)) / 2e-5;
            Assert.True(Difference.Max(slope, texts.grad!.view(-1)[place]) < 1e-6, $"{name} at {place}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Falls_when_it_trains_an_adapter(string name)
    {
        using var model = new TinyModel("bert") { Changes = new JsonObject { ["architectures"] = new JsonArray("BertModel") } }.Create();
        using var adapter = new Adapter(model, new BitFit());
        var objective = Registered.Create(name);
        using var stepper = new Stepper(adapter, objective, new TrainingOptions { LearningRate = 0.02 }, steps: 12);
        var ids = (arange(objective.Texts.Count * Rows * 5) * 7 % 61 + 1).to(ScalarType.Int64).reshape(-1, 5);
        var batch = new TrainingBatch(new(ids), Labels());
        adapter.Attach();

        var losses = Enumerable.Range(0, 12).Select(_ => stepper.Step([batch]).Loss).ToArray();

        Assert.True(losses[^1] < losses[0], $"{name}: {string.Join(", ", losses)}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Refuses_rows_that_lack_a_text_and_names_them(string name)
    {
        var objective = Registered.Create(name);
        var vectors = ones(Rows, 8);

        var refusal = Assert.Throws<ArgumentException>(() => objective.Sum(new FixedOutput(vectors), new(new(vectors), Labels())));

        var needs = $"needs {objective.Texts.Count} texts a row ({string.Join(", ", objective.Texts)})";
        Assert.Contains(needs, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{Rows} texts for {Rows} rows", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Stays_a_number_where_a_vector_is_zero_or_two_are_equal(string name)
    {
        var objective = Registered.Create(name);
        var texts = Texts(objective, hidden: 8);
        texts[0, 0].zero_();
        texts[1, 1].copy_(texts[0, 1]);
        texts.requires_grad_(true);

        objective.Sum(texts, Labels()).backward();

        Assert.True(texts.grad!.isfinite().all().item<bool>());
    }

    private static Tensor Texts(EmbeddingObjective objective, long hidden) =>
        (arange(objective.Texts.Count * Rows * hidden, dtype: ScalarType.Float64) * 2.3).sin().reshape(objective.Texts.Count, Rows, hidden);

    private static Tensor Labels() => tensor([1.0, 0, 1, 0]);
}
