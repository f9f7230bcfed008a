namespace PeftIntegrations.Inference;

/// <summary>Where a text stands: every way in which its bytes can be read. Made by an <see cref="Automaton"/>.</summary>
internal sealed class AutomatonState(Reading[] readings, bool isComplete)
{
    /// <summary>Where a text stands that can't be completed.</summary>
    public static readonly AutomatonState Dead = new([], isComplete: false);

    private const int Bytes = 256;

    private AutomatonState?[]? _next; // null where nobody has asked

    /// <summary>The readings that go on with a byte.</summary>
    public Reading[] Readings { get; } = readings;

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete { get; } = isComplete;

    /// <summary>Whether the text must end here.</summary>
    public bool IsClosed => IsComplete && Readings.Length == 0;

    /// <summary>Whether special tokens may stand for what they are called.</summary>
    public bool IsVerbatim { get; init; }

    /// <summary>The byte with which the shortest completion goes on; of no meaning where the text is complete.</summary>
    public byte Shortest { get; init; }

    /// <summary>The tokens that write the shortest completion; null while nobody has asked.</summary>
    public int? Need { get; set; } = isComplete ? 0 : null;

    /// <summary>The state after one byte more, if it is known already.</summary>
    public AutomatonState? Next(byte value) => _next?[value];

    public void SetNext(int low, int high, AutomatonState next) =>
        Array.Fill(_next ??= new AutomatonState?[Bytes], next, low, high - low + 1);
}

/// <summary>One way in which the bytes so far can be read: a place of the grammar, and the rules around it.</summary>
internal readonly record struct Reading(int Place, Frame Frame);

/// <summary>A rule that is being read, and where it returns to. There is one object for each.</summary>
internal sealed class Frame
{
    /// <summary>The place in the rule around it that it returns to; -1 for the text as a whole.</summary>
    public required int Return { get; init; }

    /// <summary>The frame of the rule around it; null for the text as a whole.</summary>
    public required Frame? Outer { get; init; }

    /// <summary>How much deeper the rule may nest.</summary>
    public required int Room { get; init; }

    /// <summary>The fewest bytes that complete the text once the rule has ended.</summary>
    public required int Remaining { get; init; }
}
