using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;

namespace PeftIntegrations.Conformance;

/// <summary>
/// Every sampling case of the reference set whose settings are options: processed scores, and the tokens of whole searches.
/// </summary>
public sealed class Sampling(CaseReport report)
{
    private static readonly string[] Remarks = ["prompt_length", "order", "by"]; // facts that stand among a processor's settings

    private static readonly HashSet<string?> Known =
        [.. typeof(GenerationOptions).GetProperties().Select(option => option.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name)];

    public static IEnumerable<TheoryDataRow<string>> Processors => ReferenceSet.Current.Cases("sampling/processors");

    public static IEnumerable<TheoryDataRow<string, string>> Searches =>
        from row in ReferenceSet.Current.Cases("sampling/search")
        from run in row.Skip is null ? Runs(row.Data) : [""]
        select new TheoryDataRow<string, string>(row.Data, run) { Skip = row.Skip, Label = row.Skip is null ? $"{row.Label}/{run}" : null };

    [Theory, MemberData(nameof(Processors))]
    public void Processes_scores_as_the_peer_does(string folder) => GoldenCase.Run(report, "sampling", folder, golden =>
    {
        var settings = golden.Facts["settings"]!.AsObject();
        var options = Options(settings);
        options = options with { TopK = options.TopK ?? 0 }; // the peer's processor stands alone, without generate's default of 50
        if (options.MaxLength is not null) options = options with { ForcedEosTokenIds = options.EosTokenIds }; // the peer has one name
        var pipeline = LogitsPipeline.For(options, (int?)settings["prompt_length"] ?? 0);
        var (scores, histories) = (golden.Needs("scores"), golden.Needs("input_ids"));
        var rows = Enumerable.Range(0, (int)scores.shape[0]).Select(row => scores[row].data<float>().ToArray()).ToArray();

        for (var row = 0; row < rows.Length; row++) pipeline.Process(rows[row], [.. histories[row].data<long>().Select(id => (int)id)]);

        Assert.NotEmpty(pipeline.Processors);
        golden.Check("processed", tensor(rows.SelectMany(row => row).ToArray()));
    });

    [Theory, MemberData(nameof(Searches))]
    public void Finds_the_tokens_that_the_peer_finds(string folder, string run) => GoldenCase.Run(report, "sampling", folder, golden =>
    {
        var facts = golden.Facts["runs"]![run]!;
        var options = Options(facts["settings"]!.AsObject());
        using var model = Claimed.Model(folder);
        var batch = Claimed.Batch(GoldenCase.Tensors(Path.Combine(folder, "inputs.safetensors")));
        var most = golden.Facts["max_new_tokens"]!.GetValue<int>();

        var tokens = Claimed.Continue(model, batch, options with { Temperature = 0, MaxNewTokens = most });

        var plain = options == new GenerationOptions();
        for (var row = 0; row < tokens.Length; row++)
        {
            if (!plain && !batch.Mask![row].all().item<bool>()) continue; // the peer's processors take padding for text
            var expected = facts["tokens"]![row].Deserialize<long[]>()![..tokens[row].Length];
            golden.Same($"row {row}", tensor(expected), tensor(tokens[row]), tolerance: 0);
        }
    }, run);

    private static IEnumerable<string> Runs(string folder) =>
        JsonFile.Read(Path.Combine(folder, "case.json"))["runs"]?.AsObject().Select(run => run.Key) ?? [];

    private static GenerationOptions Options(JsonObject settings)
    {
        var unknown = settings.Select(pair => pair.Key).Except(Known).Except(Remarks).ToArray();
        Assert.SkipUnless(unknown.Length == 0, $"setting {string.Join(", ", unknown)}");
        return settings.Deserialize<GenerationOptions>()!;
    }
}
