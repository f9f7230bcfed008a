namespace PeftIntegrations.Core;

/// <summary>The element types that the safetensors format knows.</summary>
internal static class SafeTensorsTypes
{
    // In the order in which the reference writer lays tensors out: the widest first.
    private static readonly (string Name, int Bits, ScalarType? Torch)[] All =
    [
        ("U64", 64, null), ("I64", 64, ScalarType.Int64), ("F64", 64, ScalarType.Float64), ("C64", 64, ScalarType.ComplexFloat32),
        ("F32", 32, ScalarType.Float32), ("U32", 32, null), ("I32", 32, ScalarType.Int32),
        ("BF16", 16, ScalarType.BFloat16), ("F16", 16, ScalarType.Float16), ("U16", 16, null), ("I16", 16, ScalarType.Int16),
        ("F8_E8M0", 8, null), ("F8_E4M3", 8, null), ("F8_E5M2", 8, null), ("F8_E4M3FNUZ", 8, null), ("F8_E5M2FNUZ", 8, null),
        ("I8", 8, ScalarType.Int8), ("U8", 8, ScalarType.Byte),
        ("F6_E3M2", 6, null), ("F6_E2M3", 6, null), ("F4", 4, null), ("BOOL", 8, ScalarType.Bool),
    ];

    /// <summary>The names of all types.</summary>
    public static string Names => string.Join(", ", All.Select(type => type.Name));

    /// <summary>The bits of one element; null if the format does not know <paramref name="name"/>.</summary>
    public static int? Bits(string name) => Array.FindIndex(All, type => type.Name == name) is >= 0 and var i ? All[i].Bits : null;

    /// <summary>torch's type of that name; null if it has none.</summary>
    public static ScalarType? Torch(string name) => Array.Find(All, type => type.Name == name).Torch;

    /// <summary>The name of torch's <paramref name="type"/>; null if the format has none.</summary>
    public static string? Name(ScalarType type) => Array.Find(All, known => known.Torch == type).Name;

    /// <summary>Where the writer puts tensors of that type: lower comes first.</summary>
    public static int Place(string name) => Array.FindIndex(All, type => type.Name == name);
}
