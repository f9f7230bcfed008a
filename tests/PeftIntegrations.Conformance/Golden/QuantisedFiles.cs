using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Every quantised case of the reference set whose storage is known: values of blocks, and logits of whole files.</summary>
public sealed class QuantisedFiles(CaseReport report)
{
    private static readonly Registry<GgufType> Types = new(typeof(GgufType).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("quantised");

    public static IEnumerable<TheoryDataRow<string>> Models =>
        ReferenceSet.Current.Rows("quantised", ReferenceSet.Current.Files("quantised", "*.gguf"));

    [Theory, MemberData(nameof(Cases))]
    public void Hold_the_numbers_the_peer_reads(string folder) => GoldenCase.Run(report, "quantised", folder, golden =>
    {
        if (Directory.GetFiles(folder, "*.gguf").FirstOrDefault() is { } file) CheckModel(golden, file);
        else if (golden.Has("blocks")) CheckBlocks(golden);
        else Assert.Skip($"storage {Path.GetFileName(folder).Split('-')[0]}");
    });

    [Theory, MemberData(nameof(Models))]
    public void Are_decoded_from_their_blocks_as_from_their_numbers(string file)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        var kept = Decoded(file, store: null);

        var difference = Difference.Relative(Decoded(file, store: "dense"), kept);
        Assert.True(difference < 2e-5, $"{difference}");
    }

    private static Tensor Decoded(string file, string? store)
    {
        using var model = Pretrained.Load(file, new() { DType = ScalarType.Float32, Device = TestDevice.Name, Store = store }).Model;
        using var cache = new KeyValueCache(20);
        Tensor Read(params long[] ids) =>
            model.Forward(new(tensor(ids, [1, ids.Length], device: TestDevice.Current)), cache).select(1, ids.Length - 1);
        return cat([Read([.. Enumerable.Range(3, 12).Select(id => (long)id)]), Read(20), Read(21), Read(22)]);
    }

    private static void CheckModel(GoldenCase golden, string file)
    {
        using var model = Pretrained.Load(file, new LoadOptions { DType = ScalarType.Float32, Device = TestDevice.Name }).Model;

        golden.Check("logits", model.Forward(Claimed.Batch(golden.Expected)));
    }

    private static void CheckBlocks(GoldenCase golden)
    {
        var name = golden.Facts["type"]!.ToString();
        Assert.SkipUnless(Types.Names.Contains(name), $"block type {name}");
        var type = Types.Create(name);
        var values = new float[golden.Needs("dequantised").numel()];

        type.Decode(golden.Expected["blocks"].cpu().contiguous().bytes, values);

        golden.Check("dequantised", tensor(values));
        Assert.Equal(golden.Facts["type_id"]?.GetValue<uint>() ?? type.Id, type.Id);
    }
}
