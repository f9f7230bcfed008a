using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Every quantised case of the reference set whose storage is known: values of blocks, and logits of whole files.</summary>
public sealed class QuantisedFiles(CaseReport report)
{
    private static readonly Registry<GgufType> Types = new(typeof(GgufType).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("quantised");

    [Theory, MemberData(nameof(Cases))]
    public void Hold_the_numbers_the_peer_reads(string folder) => report.Run("quantised", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        if (File.Exists(Path.Combine(folder, "tiny.gguf"))) CheckModel(golden);
        else if (golden.Expected.ContainsKey("blocks")) CheckBlocks(golden);
        else Assert.Skip($"storage {Path.GetFileName(folder).Split('-')[0]}");
    });

    private static void CheckModel(GoldenCase golden)
    {
        using var model = Pretrained.Load(Path.Combine(golden.Folder, "tiny.gguf"), new LoadOptions { DType = ScalarType.Float32, Device = "cpu" }).Model;

        golden.Check("logits", model.Forward(ClaimedModel.Batch(golden.Expected)));
    }

    private static void CheckBlocks(GoldenCase golden)
    {
        var name = golden.Facts["type"]!.ToString();
        Assert.SkipUnless(Types.Names.Contains(name), $"block type {name}");
        var values = new float[golden.Expected["dequantised"].numel()];

        Types.Create(name).Decode(golden.Expected["blocks"].contiguous().bytes, values);

        golden.Check("dequantised", tensor(values));
    }
}
