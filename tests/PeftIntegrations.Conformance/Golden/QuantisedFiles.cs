using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Every quantised case of the reference set whose storage is known: values of blocks, and logits of whole files.</summary>
public sealed class QuantisedFiles(CaseReport report)
{
    private static readonly Registry<GgufType> Types = new(typeof(GgufType).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("quantised");

    [Theory, MemberData(nameof(Cases))]
    public void Hold_the_numbers_the_peer_reads(string folder) => GoldenCase.Run(report, "quantised", folder, golden =>
    {
        if (Directory.GetFiles(folder, "*.gguf").FirstOrDefault() is { } file) CheckModel(golden, file);
        else if (golden.Has("blocks")) CheckBlocks(golden);
        else Assert.Skip($"storage {Path.GetFileName(folder).Split('-')[0]}");
    });

    private static void CheckModel(GoldenCase golden, string file)
    {
        using var model = Pretrained.Load(file, new LoadOptions { DType = ScalarType.Float32, Device = "cpu" }).Model;

        golden.Check("logits", model.Forward(Claimed.Batch(golden.Expected)));
    }

    private static void CheckBlocks(GoldenCase golden)
    {
        var name = golden.Facts["type"]!.ToString();
        Assert.SkipUnless(Types.Names.Contains(name), $"block type {name}");
        var type = Types.Create(name);
        var values = new float[golden.Needs("dequantised").numel()];

        type.Decode(golden.Expected["blocks"].contiguous().bytes, values);

        golden.Check("dequantised", tensor(values));
        Assert.Equal(golden.Facts["type_id"]?.GetValue<uint>() ?? type.Id, type.Id);
    }
}
