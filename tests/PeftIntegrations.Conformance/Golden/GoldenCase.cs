using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>One case of the reference set: its facts, and what the peer computed. A part that it lacks is not compared.</summary>
internal sealed class GoldenCase
{
    private const double UsualTolerance = 1e-4;
    private int _compared;

    private GoldenCase(string folder)
    {
        Folder = folder;
        Facts = JsonFile.Read(Needed(Path.Combine(folder, "case.json")));
        var expected = Path.Combine(folder, "expected.safetensors");
        Expected = File.Exists(expected) ? Tensors(expected) : [];
    }

    public string Folder { get; }

    public JsonObject Facts { get; }

    public Dictionary<string, Tensor> Expected { get; }

    public double Tolerance => Facts["tolerance"]?.GetValue<double>() ?? UsualTolerance;

    /// <summary>Runs a check of the case, or of one <paramref name="part"/> of it, in a scope of its own.</summary>
    public static void Run(CaseReport report, string kind, string folder, Action<GoldenCase> check, string? part = null)
    {
        var name = ReferenceSet.Current.NameOf(folder);
        report.Run(kind, part is null ? name : $"{name}/{part}", () =>
        {
            using var scope = NewDisposeScope();
            var golden = new GoldenCase(folder);
            check(golden);
            if (golden._compared == 0) CaseReport.Lacks("the numbers to compare with");
        });
    }

    /// <summary>The file or folder at <paramref name="path"/>; the check is skipped where the set lacks it.</summary>
    public static string Needed(string path)
    {
        if (!Path.Exists(path)) CaseReport.Lacks(ReferenceSet.Current.NameOf(path));
        return path;
    }

    public static Dictionary<string, Tensor> Tensors(string path)
    {
        using var file = SafeTensorsFile.Open(Needed(path));
        return file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name).to(TestDevice.Current));
    }

    /// <summary>A path that the case gives relative to the set.</summary>
    public string Resolve(string fact)
    {
        var path = Facts[fact];
        if (path is null) CaseReport.Lacks($"'{fact}' in the facts of the case");
        return Needed(Path.Combine(ReferenceSet.Current.Root!, path.ToString()));
    }

    public bool Has(string name) => Expected.ContainsKey(name);

    /// <summary>The keys under which the peer computed tensors <c>prefix.key</c>.</summary>
    public IEnumerable<string> Keys(string prefix) =>
        Expected.Keys.Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal)).Select(name => name[(prefix.Length + 1)..]);

    /// <summary>A tensor without which there is nothing to compute.</summary>
    public Tensor Needs(string name)
    {
        if (!Expected.TryGetValue(name, out var tensor)) CaseReport.Lacks($"the tensor {name}");
        return tensor;
    }

    /// <summary>Fails where <paramref name="actual"/> is not within the tolerance of what the peer computed, if it did.</summary>
    public void Check(string name, Tensor actual, double? tolerance = null)
    {
        if (Expected.TryGetValue(name, out var expected)) Same(name, expected, actual, tolerance ?? Tolerance);
    }

    private static Tensor Numbers(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float64).reshape(-1);

    /// <summary>Fails where two tensors differ by more than <paramref name="tolerance"/>.</summary>
    public void Same(string name, Tensor expected, Tensor actual, double tolerance)
    {
        _compared++;
        var shapes = $"{name}: [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]";
        Assert.True(expected.numel() == actual.numel(), shapes);
        var (wanted, given) = (Numbers(expected), Numbers(actual));
        var different = wanted.ne(given); // infinities are equal, and have no difference
        if (!different.any().item<bool>()) return;

        var difference = (wanted[different] - given[different]).abs().max().item<double>();
        Assert.True(difference <= tolerance, $"{name} differs by {difference:g3}; allowed are {tolerance:g3}");
    }
}
