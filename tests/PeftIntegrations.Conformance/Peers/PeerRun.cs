using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Conformance;

/// <summary>The real peft and transformers, loading all that was written here in one process: it starts slowly.</summary>
public sealed class PeerRun : IAsyncLifetime
{
    internal const string FrontDoor = "front-door";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, PeerOutcome> _outcomes = [];

    /// <summary>What came of one case; the running test is skipped where the peers, or the model it needs, are absent.</summary>
    internal PeerOutcome this[string name]
    {
        get
        {
            ReferenceSet.Current.RequirePeers();
            if (name == FrontDoor) ReferenceSet.Current.RequireModel("stories260K");
            return _outcomes[name];
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (ReferenceSet.Current.Peers is not { } peers || !File.Exists(Path.Combine(peers, "run"))) return;

        var folders = PeerCases.All.Keys.ToDictionary(name => name, FolderOf);
        manual_seed(4);
        foreach (var (name, folder) in folders) folder.Write(PeerCases.All[name]);
        if (ReferenceSet.Current.Models is { } models && Path.Combine(models, "stories260K") is var stories && Directory.Exists(stories))
        {
            await (folders[FrontDoor] = FolderOf(FrontDoor)).WriteByFrontDoor(stories);
        }

        using var scope = NewDisposeScope();
        var ids = tensor([5L, 9, 1, 2, 63, 9, 5, 7, 3, 9, 40, 11, 0, 0], [2, 7]);
        var mask = tensor([1L, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 7]);
        var orders = folders.SelectMany(pair => pair.Value.Orders(ids, mask).Select(order => (pair.Key, Order: order))).ToArray();
        var answers = Execute(Path.Combine(peers, "run"), [.. orders.Select(order => order.Order)]);
        var errors = orders.Zip(answers).ToLookup(pair => pair.First.Key, pair => pair.Second["error"]?.ToString());
        foreach (var (name, folder) in folders)
        {
            _outcomes[name] = new(folder.Ours(ids, mask), folder.Theirs(), string.Join("; ", errors[name].OfType<string>()));
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private PeerFolders FolderOf(string name) => new(Directory.CreateDirectory(_folder[name]).FullName);

    /// <summary>One answer for each order.</summary>
    private JsonNode[] Execute(string command, JsonArray orders)
    {
        File.WriteAllText(_folder["cases.json"], orders.ToJsonString());
        var start = new ProcessStartInfo("bash", [command, "logits.py", _folder["cases.json"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} did not end within {Patience.TotalMinutes} minutes.");
        }

        var answers = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        return process.ExitCode == 0 && answers.Length == orders.Count ? answers : throw new InvalidOperationException(
            $"{command} ended with {process.ExitCode} and {answers.Length} of {orders.Count} answers: {complaint.Result}");
    }
}
