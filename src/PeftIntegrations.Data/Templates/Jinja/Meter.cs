using System.Runtime.CompilerServices;

namespace PeftIntegrations.Data;

/// <summary>Counts what a rendering takes, and stops it where that is too much.</summary>
internal sealed class Meter(TemplateLimits limits)
{
    private const int CharactersOfStep = 4;
    private long _steps;
    private int _depth;

    public void Step(long count = 1)
    {
        if ((_steps += count) > limits.MaxSteps)
        {
            throw new ChatTemplateException(Fault.Limit,
                $"{nameof(TemplateLimits.MaxSteps)} is {limits.MaxSteps}, and its loops, calls and copies need more. Shorten or raise it.");
        }
    }

    /// <summary>Counts a text before it is made.</summary>
    public void Text(long length) => Grow(0, length);

    /// <summary>Counts what comes behind a text before it is appended.</summary>
    public void Grow(long length, long more)
    {
        if (length + more > limits.MaxLength)
        {
            throw new ChatTemplateException(Fault.Limit,
                $"{nameof(TemplateLimits.MaxLength)} is {limits.MaxLength}, and a text has {length + more} characters. "
                + "Shorten or raise it.");
        }

        Step(1 + (more / CharactersOfStep));
    }

    /// <summary>Counts the search of one text in another, which at worst compares all of both.</summary>
    public void Search(string text, string part) => Step(1 + (long)text.Length * Math.Min(part.Length, text.Length) / 256);

    public void Enter()
    {
        Step();
        Guard();
        if (++_depth > limits.MaxDepth)
        {
            throw new ChatTemplateException(Fault.Limit,
                $"{nameof(TemplateLimits.MaxDepth)} is {limits.MaxDepth}, and macros call one another deeper. "
                + "End the recursion or raise it.");
        }
    }

    public void Leave() => _depth--;

    /// <summary>Stops before the stack overflows, which no program survives.</summary>
    public static void Guard()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Fault.TooDeep();
    }
}
