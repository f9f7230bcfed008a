using System.Globalization;

namespace PeftIntegrations.MLNet;

/// <summary>
/// The classes of a label column in their order: the names the model has for them, and the type of the values they stand
/// for.
/// </summary>
/// <param name="Names">The names.</param>
/// <param name="Type">The name of the values' type, such as <c>Text</c> or <c>Int32</c>.</param>
internal sealed record LabelSet(IReadOnlyList<string> Names, string Type = LabelSet.Text)
{
    /// <summary>The most classes that a saved model carries.</summary>
    public const int Most = 4096;

    private const string Text = "Text";

    private static readonly Dictionary<string, LabelType> Types = new LabelType[]
    {
        new LabelType<ReadOnlyMemory<char>>(TextDataViewType.Instance, name => name.AsMemory(), value => value.ToString()),
        Number(NumberDataViewType.SByte, sbyte.Parse), Number(NumberDataViewType.Byte, byte.Parse),
        Number(NumberDataViewType.Int16, short.Parse), Number(NumberDataViewType.UInt16, ushort.Parse),
        Number(NumberDataViewType.Int32, int.Parse), Number(NumberDataViewType.UInt32, uint.Parse),
        Number(NumberDataViewType.Int64, long.Parse), Number(NumberDataViewType.UInt64, ulong.Parse),
        Number(NumberDataViewType.Single, float.Parse), Number(NumberDataViewType.Double, double.Parse),
        new LabelType<bool>(BooleanDataViewType.Instance, bool.Parse, value => value.ToString()),
    }.ToDictionary(type => type.Name);

    /// <summary>Texts without an order of their own: as they come.</summary>
    public static LabelSet OfTexts(IEnumerable<string> texts) => new([.. texts.Distinct()]);

    /// <summary>False and true.</summary>
    public static LabelSet OfTruth { get; } = new([bool.FalseString, bool.TrueString]);

    /// <summary>Two classes of a type that is known before they are.</summary>
    public static LabelSet Expected(DataViewType? values) =>
        new(["0", "1"], values is not null && NameOf(values) is { } name && name != "Boolean" ? name : Text);

    /// <summary>The classes of a key column, with the values that it says they stand for.</summary>
    /// <exception cref="ArgumentException">The values are of a type that no label can be; the message says what to do.</exception>
    public static LabelSet OfKey(DataViewSchema.Column column)
    {
        var values = column.Annotations.Schema.GetColumnOrNull("KeyValues");
        if (values?.Type is not VectorDataViewType { ItemType: var item })
        {
            var key = (KeyDataViewType)((column.Type as VectorDataViewType)?.ItemType ?? column.Type);
            return new([.. Enumerable.Range(1, (int)key.Count).Select(number => number.ToString(CultureInfo.InvariantCulture))]);
        }

        return NameOf(item) is { } type ? new(Types[type].Read(column.Annotations), type) : throw new ArgumentException(
            $"The keys of column '{column.Name}' stand for {item}, which no label can be. Make them of text, numbers or bools.");
    }

    /// <summary>The type of the values.</summary>
    public PrimitiveDataViewType ValueType => Types[Type].ValueType;

    /// <summary>The key of a class.</summary>
    public KeyDataViewType Key => new(typeof(uint), Names.Count);

    /// <summary>The values as something that is said of a column.</summary>
    public Annotation Values(string kind) => Types[Type].Values(kind, Names);

    /// <summary>The names as something that is said of a column.</summary>
    public Annotation NamesAs(string kind) =>
        Annotation.Values(kind, TextDataViewType.Instance, [.. Names.Select(name => name.AsMemory())]);

    /// <summary>Makes keys of names.</summary>
    /// <param name="context">The context.</param>
    /// <param name="from">The column of names.</param>
    /// <param name="to">The column of keys.</param>
    public IEstimator<ITransformer> KeysOf(MLContext context, string from, string to) => Types[Type].KeysOf(context, Names, (from, to));

    private static string? NameOf(DataViewType type) => Types.Values.FirstOrDefault(known => known.ValueType.Equals(type))?.Name;

    private static LabelType<T> Number<T>(NumberDataViewType type, Func<string, IFormatProvider, T> parse)
        where T : IFormattable =>
        new(type, name => parse(name, CultureInfo.InvariantCulture), value => value.ToString(null, CultureInfo.InvariantCulture));
}
