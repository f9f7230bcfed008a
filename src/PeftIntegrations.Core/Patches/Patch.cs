using System.Collections.Concurrent;
using System.Reflection;

namespace PeftIntegrations.Core;

/// <summary>The tensors a method puts at one site. The adapter owns them, never the model.</summary>
/// <remarks>
/// A tensor is declared as a field with the name it has in the adapter's file:
/// <c>[ComponentName(Name = "lora_A.weight")] private readonly Parameter _a = …</c>. A field of type <see cref="Patch"/>, a list of them,
/// or <see cref="nn.Module"/>
/// so marked is searched too, its names after its own. A <see cref="PooledTensor"/> belongs to the adapter and is not declared.
/// </remarks>
public abstract class Patch
{
    private static readonly ConcurrentDictionary<Type, (string Name, FieldInfo Field)[]> Declared = new();

    /// <summary>Whether the patch is being trained: dropout is on.</summary>
    public bool Training { get; private set; }

    /// <summary>The declared tensors by their names in a file, without the site's path.</summary>
    public IEnumerable<(string Name, Parameter Tensor)> Tensors => Parts.SelectMany(part => part.Value switch
    {
        Parameter tensor => [(part.Name, tensor)],
        Patch patch => patch.Tensors.Select(t => (Join(part.Name, t.Name), t.Tensor)),
        IEnumerable<Patch> patches =>
            patches.SelectMany((patch, i) => patch.Tensors.Select(t => (Join(Join(part.Name, $"{i}"), t.Name), t.Tensor))),
        nn.Module module => module.named_parameters().Select(p => (Join(part.Name, p.name), p.parameter)),
        _ => [],
    });

    private IEnumerable<(string Name, object? Value)> Parts =>
        Declared.GetOrAdd(GetType(), FindDeclared).Select(declared => (declared.Name, declared.Field.GetValue(this)));

    /// <summary>Turns dropout on or off, here and in the parts.</summary>
    internal void Train(bool on)
    {
        Training = on;
        foreach (var (_, value) in Parts)
        {
            if (value is Patch patch) patch.Train(on);
            if (value is IEnumerable<Patch> patches)
            {
                foreach (var inner in patches) inner.Train(on);
            }

            if (value is nn.Module module) module.train(on);
        }
    }

    private static string Join(string outer, string inner) => outer.Length == 0 ? inner : $"{outer}.{inner}";

    private static (string, FieldInfo)[] FindDeclared(Type type) =>
    [
        .. from ancestor in Ancestors(type).Reverse()
           from field in ancestor
               .GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           let name = field.GetCustomAttribute<ComponentNameAttribute>()?.Name
           where name is not null
           select (name, field),
    ];

    private static IEnumerable<Type> Ancestors(Type? type)
    {
        for (; type is not null && type != typeof(Patch); type = type.BaseType) yield return type;
    }
}
