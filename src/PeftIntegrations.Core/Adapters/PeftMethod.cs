using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Core;

/// <summary>
/// A published method as data: its hyper-parameters, and what it puts at each site. A record; its JSON is Hugging Face's.
/// </summary>
public abstract record PeftMethod
{
    /// <summary>The layers to adapt; null for the method's own choice.</summary>
    [JsonPropertyName("target_modules")]
    public Targets? Targets { get; init; }

    /// <summary>Layers to leave alone even if <see cref="Targets"/> names them.</summary>
    [JsonPropertyName("exclude_modules")]
    public Targets? Exclude { get; init; }

    /// <summary>Numbers of the transformer layers to adapt, from 0; null for all. Not with a pattern, which can say it itself.</summary>
    [JsonPropertyName("layers_to_transform"), JsonConverter(typeof(OneOrMany<int>))]
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>
    /// What the list of layers is called in paths (regular expressions, such as <c>layers</c> or <c>h</c>), where a path holds several
    /// numbers.
    /// </summary>
    [JsonPropertyName("layers_pattern"), JsonConverter(typeof(OneOrMany<string>))]
    public IReadOnlyList<string>? LayersPattern { get; init; }

    /// <summary>Layers to train whole beside the method's tensors, by name: a new head, for instance.</summary>
    [JsonPropertyName("modules_to_save")]
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>Which biases to train beside the method's tensors.</summary>
    [JsonPropertyName("bias")]
    public BiasTraining Bias { get; init; }

    /// <summary>Fields of a file that this method does not know; kept, and written back.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Names of such fields that would change what the adapter computes, so that a file which sets one is refused.</summary>
    [JsonIgnore]
    protected internal virtual IReadOnlyCollection<string> Refused => [];

    /// <summary>What files write before a layer's path.</summary>
    [JsonIgnore]
    public virtual string KeyPrefix => "base_model.model.";

    /// <summary>What <see cref="Targets"/> is when it is null.</summary>
    [JsonIgnore]
    protected internal abstract Targets DefaultTargets { get; }

    /// <summary>The patch for this site, or null to leave it frozen.</summary>
    /// <param name="site">The site. Whether the user wants it adapted, <see cref="Targeted"/> says.</param>
    /// <param name="pool">For tensors that several patches share.</param>
    public abstract Patch? PatchFor(ISite site, TensorPool pool);

    /// <summary>Whether <see cref="Targets"/>, <see cref="Exclude"/> and <see cref="Layers"/> choose this site.</summary>
    protected internal bool Targeted(ISite site) =>
        (Targets ?? DefaultTargets).Match(site) && Exclude?.Match(site) != true && !IsSavedWhole(site) && InChosenLayers(site.Path);

    /// <summary>Whether the site is trained whole.</summary>
    internal bool IsSavedWhole(ISite site) => ModulesToSave is { Count: > 0 } names && Core.Targets.Names(names).Match(site);

    /// <summary>What is wrong between the options, one line each.</summary>
    protected internal virtual IEnumerable<string> Contradictions()
    {
        if (Layers is not null && Targets is Targets.ByPattern)
        {
            yield return $"{nameof(Layers)} cannot narrow {nameof(Targets)} given as a pattern: put the layer numbers into the pattern.";
        }

        if (LayersPattern is { Count: > 0 } && Layers is null)
        {
            yield return $"{nameof(LayersPattern)} says where layer numbers stand, but {nameof(Layers)} names none: set both or neither.";
        }
    }

    private bool InChosenLayers(string path)
    {
        if (Layers is null) return true;

        var patterns = (LayersPattern is { Count: > 0 } names ? names : ["[^.]*"]).Select(name => $@"^.*\.(?:{name})\.(?<layer>\d+)\.");
        var found = patterns.Select(pattern => Regex.Match(path, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            .FirstOrDefault(m => m.Success);
        return found is not null && Layers.Contains(int.Parse(found.Groups["layer"].ValueSpan, provider: null));
    }
}
