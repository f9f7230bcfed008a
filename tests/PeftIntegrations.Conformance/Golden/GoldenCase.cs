using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>One case of the reference set: its facts, and what the peer computed.</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public GoldenCase(string folder)
    {
        Folder = folder;
        Facts = JsonFile.Read(Path.Combine(folder, "case.json"));
        Expected = Tensors(Path.Combine(folder, "expected.safetensors"));
    }

    public string Folder { get; }

    public JsonObject Facts { get; }

    public IReadOnlyDictionary<string, Tensor> Expected { get; }

    public double Tolerance => Facts["tolerance"]!.GetValue<double>();

    /// <summary>A path that the case gives relative to the set.</summary>
    public string Resolve(string fact) => Path.Combine(ReferenceSet.Current.Root!, Facts[fact]!.ToString());

    public static Dictionary<string, Tensor> Tensors(string file)
    {
        if (!File.Exists(file)) return [];

        using var opened = SafeTensorsFile.Open(file);
        return opened.Tensors.Keys.ToDictionary(name => name, opened.Read);
    }

    /// <summary>Fails where <paramref name="actual"/> is not within the tolerance of the expected tensor.</summary>
    public void Check(string name, Tensor actual, double? tolerance = null)
    {
        var expected = Expected[name];
        Assert.True(expected.numel() == actual.numel(), $"{name}: [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
        var difference = (expected.to(ScalarType.Float64).reshape(-1) - actual.to(ScalarType.Float64).reshape(-1)).abs().max().item<double>();
        Assert.True(difference <= (tolerance ?? Tolerance), $"{name} differs by {difference:g3}; allowed are {tolerance ?? Tolerance:g3}");
    }

    public void Dispose() => _scope.Dispose();
}
