using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using PeftIntegrations.Core;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>
/// Every objective case of the reference set whose name begins with a registered one: the loss of fixed scores or vectors, and its
/// gradient. What follows in the name is an option.
/// </summary>
public sealed partial class Objectives(CaseReport report)
{
    private static readonly Registry<Objective> Registered = new(typeof(Objective).Assembly);

    private static readonly string[] Read = ["logits", "scores", "embeddings", "hard_negatives", "labels", "weights", "loss", "gradient"];

    private static readonly JsonSerializerOptions AsThePeersWrite = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("objectives");

    [Theory, MemberData(nameof(Cases))]
    public void Give_the_peers_loss_and_gradient(string folder) => GoldenCase.Run(report, "objectives", folder, golden =>
    {
        var objective = Objective(golden);
        var unread = golden.Expected.Keys.Except(Read).ToArray();
        Assert.SkipUnless(unread.Length == 0, $"inputs {string.Join(", ", unread)}");
        var first = golden.Needs(Read.FirstOrDefault(golden.Has) ?? "scores").requires_grad_(true);
        using var model = new FixedOutput(objective is EmbeddingObjective ? Vectors(golden, first) : first);
        var labels = objective is EmbeddingObjective && !golden.Has("labels") ? zeros(first.shape[1]) : golden.Needs("labels");
        var batch = new TrainingBatch(new(objective is EmbeddingObjective ? model.Hidden(new(labels)) : labels), labels);

        var loss = objective.Sum(model, batch) / objective.Items(batch);
        loss.backward();

        golden.Check("loss", loss);
        golden.Check("gradient", first.grad!);
    });

    /// <summary>All texts' vectors below one another, as a model gives them.</summary>
    private static Tensor Vectors(GoldenCase golden, Tensor embeddings)
    {
        var hard = golden.Has("hard_negatives") ? golden.Needs("hard_negatives").unsqueeze(0) : embeddings.narrow(0, 0, 0);
        return cat([embeddings, hard]).reshape(-1, embeddings.shape[2]); // [texts · rows, hidden]
    }

    private static Objective Objective(GoldenCase golden)
    {
        var name = Path.GetFileName(golden.Folder);
        var stem = Registered.Names.Where(known => $"{name}-".StartsWith($"{known}-", StringComparison.Ordinal)).MaxBy(n => n.Length);
        Assert.SkipUnless(stem is not null, $"objective {name}");
        var type = Registered.Find(stem!);
        var settings = golden.Facts["settings"]?.DeepClone().AsObject() ?? [];
        var weights = golden.Has("weights") ? golden.Needs("weights").data<float>().ToArray() : null;
        if (weights is not null) settings["class_weights"] = JsonSerializer.SerializeToNode(weights);
        if (name.Length > stem!.Length) Add(name[(stem.Length + 1)..].Replace('-', '_'), settings, golden, type);
        try
        {
            return (Objective)settings.Deserialize(type, AsThePeersWrite)!;
        }
        catch (JsonException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>The option that a case's name ends with: a tensor of the case, a switch, or a number that the case's words tell.</summary>
    private static void Add(string option, JsonObject settings, GoldenCase golden, Type type)
    {
        if (settings.ContainsKey(option) || golden.Expected.Keys.Any(tensor => tensor.StartsWith(option, StringComparison.Ordinal))) return;

        var name = option.Replace("_", "", StringComparison.Ordinal);
        var property = type.GetProperties().FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        Assert.SkipUnless(property is not null, $"option {option}");
        settings[option] = property!.PropertyType == typeof(bool)
            ? true
            : double.Parse(Number().Match($"{golden.Facts["by"]}").Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
