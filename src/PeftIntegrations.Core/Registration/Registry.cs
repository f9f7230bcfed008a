using System.Reflection;

namespace PeftIntegrations.Core;

/// <summary>
/// Finds the <typeparamref name="T"/>s of some assemblies by the names that <see cref="RegisteredAsAttribute"/> gives them.
/// </summary>
/// <typeparam name="T">What is looked for: a method, an architecture, a schedule, …</typeparam>
public sealed class Registry<T>
{
    private readonly SortedDictionary<string, Type> _types = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the registrations of <paramref name="assemblies"/> once.</summary>
    /// <exception cref="InvalidOperationException">Two types carry one name.</exception>
    public Registry(params IEnumerable<Assembly> assemblies)
    {
        var registrations =
            from assembly in assemblies.Distinct()
            from type in assembly.GetTypes()
            where type.IsAssignableTo(typeof(T)) && !type.IsAbstract
            from attribute in type.GetCustomAttributes<RegisteredAsAttribute>()
            select (attribute.Name, type);

        foreach (var (name, type) in registrations)
        {
            if (!_types.TryAdd(name, type))
            {
                throw new InvalidOperationException($"Both {_types[name]} and {type} are registered as '{name}'. Rename one of them.");
            }
        }
    }

    /// <summary>The registered names, sorted.</summary>
    public IReadOnlyCollection<string> Names => _types.Keys;

    /// <summary>The registered types by name.</summary>
    public IReadOnlyDictionary<string, Type> Types => _types;

    /// <summary>The type registered as <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">No such name; the message lists the known ones.</exception>
    public Type Find(string name) => _types.TryGetValue(name, out var type)
        ? type
        : throw new ArgumentException($"No {typeof(T).Name} is registered as '{name}'. Known names: {string.Join(", ", Names)}.",
            nameof(name));

    /// <summary>A new instance of the type registered as <paramref name="name"/>.</summary>
    /// <inheritdoc cref="Find"/>
    // the constructor's own exception is the message, so it comes through unwrapped
    public T Create(string name, params object?[] arguments) =>
        (T)Activator.CreateInstance(Find(name), BindingFlags.DoNotWrapExceptions | BindingFlags.CreateInstance, null, arguments, null)!;
}
