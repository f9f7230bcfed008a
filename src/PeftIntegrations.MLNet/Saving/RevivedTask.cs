using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PeftIntegrations.MLNet;

/// <summary>The task of a plain loaded model, brought back when its first row comes, and kept for as long as its state is.</summary>
internal sealed class RevivedTask
{
    private static readonly ConditionalWeakTable<string, RevivedTask> Known = [];
    private readonly Lock _gate = new();
    private (RowTask Task, AdapterLease Lease)? _opened;

    /// <summary>The task of a state. The table hands the same string to every row.</summary>
    public static RevivedTask Of(ReadOnlyMemory<char> state)
    {
        var text = MemoryMarshal.TryGetString(state, out var whole, out var start, out var length) && (start, length) == (0, whole.Length)
            ? whole : state.ToString();
        var task = Known.GetOrAdd(text, _ => new());
        task.Open(text);
        return task;
    }

    /// <summary>What the model says of a row.</summary>
    /// <param name="texts">As many texts as the task reads, or more.</param>
    public object Run(string[] texts)
    {
        var (task, lease) = _opened!.Value;
        return task.Run(lease.Model, lease.Name, [task.ReadsWords ? texts : texts[..task.Inputs.Count]])[0];
    }

    private void Open(string state)
    {
        if (_opened is not null) return;

        lock (_gate) _opened ??= SavedTask.Parse(state).Open(new() { FallbackToCpu = true }, SearchPlaces.Unknown);
    }
}
