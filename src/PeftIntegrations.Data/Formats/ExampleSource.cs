namespace PeftIntegrations.Data;

/// <summary>Where examples come from, for messages about them.</summary>
internal sealed record ExampleSource(string Name, string Unit, Func<string, Exception> Error)
{
    private const int ShownProblems = 20;

    public static ExampleSource Memory(string parameter) =>
        new("The data", "example", problem => new ArgumentException(problem, parameter));

    public static ExampleSource File(string path) => new(path, "line", problem => new InvalidDataException(problem));

    /// <summary>The examples, if all can be used and there is one.</summary>
    /// <param name="rows">The rows as they come.</param>
    /// <param name="problemOf">What is wrong with an example; null where nothing is.</param>
    public T[] Good<T>(IEnumerable<ExampleRow<T>> rows, Func<T, string?> problemOf)
        where T : class
    {
        var examples = new List<T>();
        var problems = new List<string>();
        foreach (var row in rows)
        {
            if ((row.Problem ?? problemOf(row.Example!)) is { } problem) problems.Add($"{Unit} {row.Place}: {problem}");
            else examples.Add(row.Example!);
        }

        if (problems.Count > 0)
        {
            var more = problems.Count > ShownProblems ? $"\n  … and {problems.Count - ShownProblems} more." : "";
            var shown = string.Join("\n  ", problems.Take(ShownProblems));
            throw Error($"{Name} has {problems.Count} rows that cannot be used:\n  {shown}{more}");
        }

        return examples.Count > 0 ? [.. examples] : throw Error($"{Name} holds no example. Give at least one.");
    }

    /// <summary>Examples in memory as rows.</summary>
    public static IEnumerable<ExampleRow<T>> Rows<T>(IEnumerable<T> examples)
        where T : class => examples.Select((example, i) => new ExampleRow<T>(i + 1, example));
}

/// <summary>An example as its source holds it, or what is wrong with it.</summary>
internal readonly record struct ExampleRow<T>(int Place, T? Example, string? Problem = null)
    where T : class
{
    /// <summary>The row with another kind of example, made of this one; what the making says of the text is its problem.</summary>
    public ExampleRow<TOther> To<TOther>(Func<T, TOther> make)
        where TOther : class
    {
        if (Problem is not null) return new(Place, null, Problem);
        try
        {
            return new(Place, make(Example!));
        }
        catch (FormatException e)
        {
            return new(Place, null, e.Message);
        }
    }
}
