using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// One figure against the Python peer's: ours and theirs run in turn, each in a process of its own, so that peak memory and a disturbed
/// machine show. Prints a JSON line for each run, and one with the ratios of the medians.
/// </summary>
internal abstract class Figure
{
    private const int Rounds = 2;

    private static readonly Registry<Figure> Known = new(typeof(Figure).Assembly);

    /// <summary>
    /// The figure in our lines, and in the peer's: a rate where the name ends in <c>_per_s</c>, else a time. Others that both lines have
    /// are compared beside it.
    /// </summary>
    protected abstract (string Ours, string Theirs) Key { get; }

    /// <summary>The peer's own arguments; null where it has no such figure.</summary>
    protected abstract string[]? PeerArguments(string model);

    /// <summary>Measures us, in this process.</summary>
    protected abstract JsonObject Measure(string model);

    /// <summary>The model that is measured where none is named: SmolLM2 in bf16.</summary>
    protected virtual Task<string> ModelAsync() => BenchmarkFolder.SmolLm2Async();

    /// <summary>The peer's line.</summary>
    protected virtual async Task<JsonObject> PeerAsync(string peers, string model) =>
        await LinesAsync(Path.Combine(peers, "run"), Peer.Figure(peers, PeerArguments(model) ?? [])).LastAsync();

    /// <summary>The figure of this name; null where there is none.</summary>
    public static Figure? Find(string name) => Known.Types.ContainsKey(name) ? Known.Create(name) : null;

    /// <summary>Runs it: <c>[--model DIR] [--alone] [--once]</c>; alone is without the peer, once is one run in this process.</summary>
    public virtual async Task<int> RunAsync(string[] options)
    {
        var place = Array.IndexOf(options, "--model");
        var model = place >= 0 ? options[place + 1] : await ModelAsync();
        if (options.Contains("--once"))
        {
            Console.WriteLine(Line(model).ToJsonString());
            return 0;
        }

        var peers = options.Contains("--alone") ? null : ReferenceSet.Current.Peers;
        var (ours, theirs) = (new List<JsonObject>(), new List<JsonObject>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await LinesAsync(Environment.ProcessPath!, [Name, "--once", "--model", model]).LastAsync());
            if (peers is not null && PeerArguments(model) is not null) theirs.Add(await PeerAsync(peers, model));
        }

        if (theirs.Count > 0) Console.WriteLine(Ratios(ours, theirs).ToJsonString());
        return 0;
    }

    /// <summary>A name that no two figures share.</summary>
    protected string Name => Known.Types.First(type => type.Value == GetType()).Key;

    /// <summary>What a plain product of these sizes reaches in this process, in GFLOP/s.</summary>
    protected static double ProductRate(ScalarType type, long rows, long inner, long columns)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (a, b) = (randn(rows, inner).to(type), randn(columns, inner).to(type));
        for (var i = 0; i < 3; i++) nn.functional.linear(a, b).Dispose();
        var (done, clock) = (0, Stopwatch.StartNew());
        for (; clock.Elapsed.TotalSeconds < 1; done++) Done(() => nn.functional.linear(a, b).Dispose());
        return 2.0 * rows * inner * columns * done / clock.Elapsed.TotalSeconds / 1e9;
    }

    /// <summary>The middle of some times in seconds, without the first <paramref name="warm"/>.</summary>
    protected static double Median(IEnumerable<double> times, int warm = 0)
    {
        double[] sorted = [.. times.Skip(warm).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>How long something takes, in seconds.</summary>
    internal static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        Done(work);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Does something to its end: a GPU is only told what to do.</summary>
    private static void Done(Action work)
    {
        work();
        if (TestDevice.Current.type == DeviceType.CUDA) cuda.synchronize();
    }

    /// <summary>The JSON lines of a program as they come; to leave the loop ends the program.</summary>
    protected static async IAsyncEnumerable<JsonObject> LinesAsync(
        string program, string[] arguments, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var (said, isAny) = (new StringBuilder(), false);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                said.AppendLine(line);
                if (!line.StartsWith('{')) continue;

                Console.WriteLine(line);
                isAny = true;
                yield return JsonNode.Parse(line)!.AsObject();
            }
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        if (!isAny) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} said no figure: {said}");
    }

    private JsonObject Line(string model)
    {
        var measured = Measure(model);
        measured.Insert(0, "bench", Name);
        measured["peak_mib"] = TestDevice.Current.type == DeviceType.CUDA ? UsedMiB() : PeakMiB();
        return measured;
    }

    private JsonObject Ratios(List<JsonObject> ours, List<JsonObject> theirs)
    {
        var line = new JsonObject { ["bench"] = Name, ["ratio"] = Ratio(Key.Ours, Key.Theirs) };
        if (theirs[0].ContainsKey("rss_peak_mib"))
        {
            line["memory_ratio"] = Math.Round(Middle(ours, "peak_mib") / Middle(theirs, "rss_peak_mib"), 3);
        }

        foreach (var (name, value) in ours[0])
        {
            string[] units = ["_s", "_ms"];
            var isMeasured = value is JsonValue && Array.Exists(units, unit => name.EndsWith(unit, StringComparison.Ordinal));
            if (isMeasured && name != Key.Ours && theirs[0].ContainsKey(name)) line[$"{name}_ratio"] = Ratio(name, name);
        }

        return line;

        double Ratio(string mine, string their)
        {
            var quotient = Middle(ours, mine) / Middle(theirs, their);
            return Math.Round(mine.EndsWith("_per_s", StringComparison.Ordinal) ? quotient : 1 / quotient, 3); // above 1 is better
        }

        static double Middle(List<JsonObject> lines, string key) => Median(lines.Select(line => line[key]!.GetValue<double>()));
    }

    /// <summary>What the GPU's memory holds, CUDA's context with it; libtorch keeps what it once took, so that this is the peak.</summary>
    private static double UsedMiB()
    {
        string[] question = ["--query-gpu=memory.used", "--format=csv,noheader,nounits"];
        using var process = Process.Start(new ProcessStartInfo("nvidia-smi", question) { RedirectStandardOutput = true })!;
        return double.Parse(process.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static double PeakMiB()
    {
        const string status = "/proc/self/status", peak = "VmHWM:";
        if (!File.Exists(status)) return Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;

        var kib = File.ReadLines(status).First(line => line.StartsWith(peak, StringComparison.Ordinal))[peak.Length..].Trim().Split(' ')[0];
        return double.Parse(kib, System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }
}
