using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Core;

/// <summary>Which layers a method adapts: by role, by the names Hugging Face uses, by a pattern, or all linear ones.</summary>
[JsonConverter(typeof(TargetsConverter))]
public abstract partial record Targets
{
    /// <summary>Every projection but the output layer (<c>all-linear</c>).</summary>
    public static Targets AllLinear { get; } = new EveryProjection();

    /// <summary>No layer: for a method that trains only what every method may train beside its own tensors.</summary>
    public static Targets Nothing { get; } = new ByRole([]);

    /// <summary>Every layer with numbers of its own.</summary>
    public static Targets Everything { get; } = new EveryLayer();

    /// <summary>The layers of these roles, whatever the architecture calls them.</summary>
    public static Targets Roles(params IReadOnlyList<Role> roles) => new ByRole(Guard.NotEmpty(roles, "Name a role, such as Role.Query."));

    /// <summary>The layers whose path is one of these names, or ends in a dot and the name.</summary>
    public static Targets Names(params IReadOnlyList<string> names) => new ByName(Guard.NotEmpty(names, "Name a layer, such as q_proj."));

    /// <summary>The layers whose whole path matches a regular expression.</summary>
    /// <exception cref="ArgumentException">The expression is not one.</exception>
    public static Targets Pattern(string expression) => new ByPattern(expression);

    /// <summary>Whether this names the site.</summary>
    public abstract bool Match(ISite site);

    /// <summary>Names of this that the other lacks, where both are lists of names; else none.</summary>
    public string[] NamesNotIn(Targets other) =>
        (this, other) is (ByName own, ByName others) ? [.. own.List.Except(others.List)] : [];

    /// <summary>Names in it that layers may have.</summary>
    internal virtual IEnumerable<string> Words => [];

    private protected static bool EndsIn(string path, string name) =>
        path.EndsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[^(name.Length + 1)] == '.');

    internal sealed record EveryProjection : Targets
    {
        public override bool Match(ISite site) => site is Projection { Role: not Role.Head };

        public override string ToString() => "all-linear";
    }

    internal sealed record EveryLayer : Targets
    {
        public override bool Match(ISite site) => site is AffineSite;

        public override string ToString() => "everything";
    }

    internal sealed record ByRole(IReadOnlyList<Role> List) : Targets
    {
        public override bool Match(ISite site) => List.Contains(site.Role);

        public override string ToString() => string.Join(", ", List);
    }

    internal sealed record ByName(IReadOnlyList<string> List) : Targets
    {
        public override bool Match(ISite site) => List.Any(name => EndsIn(site.Path, name));

        internal override IEnumerable<string> Words => List.Select(name => name.Split('.')[^1]);

        public override string ToString() => string.Join(", ", List);
    }

    internal sealed partial record ByPattern : Targets
    {
        private readonly Regex _whole;

        public ByPattern(string expression)
        {
            Expression = expression;
            _whole = new($"^(?:{expression})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }

        public string Expression { get; }

        public override bool Match(ISite site) => _whole.IsMatch(site.Path);

        internal override IEnumerable<string> Words => Word().Matches(Expression).Select(word => word.Value).Distinct();

        public bool Equals(ByPattern? other) => other?.Expression == Expression;

        public override int GetHashCode() => Expression.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => $"pattern {Expression}";

        [GeneratedRegex(@"(?<![\\\w])[A-Za-z_]\w+", RegexOptions.CultureInvariant)]
        private static partial Regex Word();
    }
}
