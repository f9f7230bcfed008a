using System.Text.Json;

namespace PeftIntegrations.Inference;

internal sealed partial class SchemaReader
{
    /// <summary>More of them are as good as no limit, and each takes a place in the grammar.</summary>
    private const int MostCharacters = 4096, MostItems = 1024;

    private const long MostInteger = 999_999_999_999_999_999; // of JsonGrammar.MostDigits digits

    private Part Members(JsonElement schema, string path)
    {
        var hasRest = schema.TryGetProperty("additionalProperties", out var additional);
        var names = new OrderedDictionary<string, Part>();
        if (schema.TryGetProperty("properties", out var properties))
        {
            if (properties.ValueKind != JsonValueKind.Object) return Problem(path, "'properties' must be an object of schemas.");
            foreach (var property in properties.EnumerateObject())
            {
                names[property.Name] = Schema(property.Value, $"{path}/properties/{property.Name}");
            }
        }

        var isOpen = hasRest ? additional.ValueKind != JsonValueKind.False : names.Count == 0;
        var rest = !isOpen ? null : hasRest ? Schema(additional, $"{path}/additionalProperties") : _json.Value;
        var required = Required(schema, path);
        foreach (var missing in required.Where(one => !names.ContainsKey(one)))
        {
            names[missing] = !hasRest ? _json.Value
                : rest ?? Problem(path, $"'{missing}' is required, but is none of the properties, and no others are allowed.");
        }

        return at => Members(at, names, required, rest);
    }

    private HashSet<string> Required(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("required", out var required)) return [];
        if (required.ValueKind == JsonValueKind.Array && required.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            return [.. required.EnumerateArray().Select(item => item.GetString()!)];
        }

        Problem(path, "'required' must be a list of names.");
        return [];
    }

    // In the order of the schema. Before the first member there is no comma, so what may still be the first is a place of its own.
    private int Members(int from, OrderedDictionary<string, Part> properties, HashSet<string> required, Part? rest)
    {
        int? first = to.Literal(from, "{"), more = null;
        foreach (var (name, value) in properties)
        {
            var written = value(_json.Colon(to.Literal(Entry(), JsonGrammar.Quoted(name))));
            var next = Join(written, required.Contains(name) ? null : more);
            if (required.Contains(name)) first = null;
            more = next;
        }

        if (rest is not null)
        {
            var entry = Entry();
            var written = rest(_json.Colon(_json.NameOtherThan(entry, properties.Keys)));
            to.Skip(_json.Comma(written), entry);
            more = Join(written, more);
        }

        return to.Literal(Join(first, more), "}");

        int Entry() => Join(first, more is { } before ? _json.Comma(before) : null);
    }

    private int Join(params int?[] places)
    {
        var joined = to.Place();
        foreach (var place in places.OfType<int>()) to.Skip(place, joined);
        return joined;
    }

    private Part Array(JsonElement schema, string path)
    {
        Part[] first = schema.TryGetProperty("prefixItems", out var prefix)
            ? [.. Items(prefix, $"{path}/prefixItems").Select((item, i) => Schema(item, $"{path}/prefixItems/{i}"))]
            : [];
        var hasRest = schema.TryGetProperty("items", out var items);
        var rest = hasRest ? Schema(items, $"{path}/items") : _json.Value;
        var least = Count(schema, "minItems", path) ?? 0;
        var most = Limit(Count(schema, "maxItems", path), least, MostItems, $"{path}: the number of items");
        if (hasRest && items.ValueKind == JsonValueKind.False) most = Math.Min(most ?? first.Length, first.Length);
        return least > most
            ? Problem(path, $"minItems is {least}, and there are {most} items at most.")
            : at => Array(at, first, rest, (least, most));
    }

    private int Array(int from, Part[] first, Part rest, (int Least, int? Most) count)
    {
        var rule = to.Rule(rest);
        var (at, end) = (to.Literal(from, "["), to.Place());
        var unrolled = count.Most ?? Math.Max(Math.Max(count.Least, first.Length), 1);
        for (var i = 0; i < unrolled; i++)
        {
            if (i >= count.Least) to.Skip(at, end);
            var item = i == 0 ? at : _json.Comma(at);
            at = i < first.Length ? first[i](item) : to.Call(item, rule);
        }

        to.Skip(at, end);
        if (count.Most is null) to.Skip(to.Call(_json.Comma(at), rule), at);
        return to.Literal(end, "]");
    }

    private Part Text(JsonElement schema, string path)
    {
        var least = Count(schema, "minLength", path) ?? 0;
        var most = Limit(Count(schema, "maxLength", path), least, MostCharacters, $"{path}: the length");
        return least > most
            ? Problem(path, $"minLength is {least}, and maxLength {most}.")
            : at => _json.Text(at, least, most);
    }

    private int? Count(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var count)) return null;
        if (count.ValueKind == JsonValueKind.Number && count.GetDouble() is >= 0 and var number && double.IsInteger(number))
        {
            return (int)Math.Min(number, int.MaxValue);
        }

        Problem(path, $"'{keyword}' is {count.GetRawText()}; it must be a whole number of at least 0.");
        return null;
    }

    private int? Limit(int? most, int least, int limit, string what)
    {
        if (most > limit && least <= limit) Notes.Add($"{what} is limited to {limit} instead of {most}.");
        return most > limit ? Math.Max(limit, least) : most;
    }

    private Part Integer(JsonElement schema, string path)
    {
        var (least, most) = (Bound(schema, "minimum", path) ?? -MostInteger, Bound(schema, "maximum", path) ?? MostInteger);
        if (Bound(schema, "exclusiveMinimum", path) is { } above) least = Math.Max(least, decimal.Floor(above) + 1);
        if (Bound(schema, "exclusiveMaximum", path) is { } below) most = Math.Min(most, decimal.Ceiling(below) - 1);
        var (first, last) = ((long)Math.Max(decimal.Ceiling(least), -MostInteger), (long)Math.Min(decimal.Floor(most), MostInteger));
        return first > last
            ? Problem(path, $"no integer of {JsonGrammar.MostDigits} digits lies within its bounds.")
            : at => _json.Integer(at, first, last);
    }

    private Part Number(JsonElement schema, string path)
    {
        string[] bounds = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];
        if (!bounds.Any(bound => schema.TryGetProperty(bound, out _))) return _json.Number;

        var (minimum, above) = (Whole(schema, "minimum", path), Whole(schema, "exclusiveMinimum", path));
        var (maximum, below) = (Whole(schema, "maximum", path), Whole(schema, "exclusiveMaximum", path));
        var least = Stricter((minimum ?? -MostInteger, false), (above ?? -MostInteger - 1, true), 1);
        var most = Stricter((maximum ?? MostInteger, false), (below ?? MostInteger + 1, true), -1);
        return least.Value > most.Value || (least.Value == most.Value && (least.IsOpen || most.IsOpen))
            ? Problem(path, $"no number of {JsonGrammar.MostDigits} digits lies within its bounds.")
            : at => _json.Number(at, least, most);

        static (long Value, bool IsOpen) Stricter((long Value, bool) closed, (long Value, bool) open, int sign)
        {
            var strictest = sign * open.Value >= sign * closed.Value ? open : closed;
            return sign * strictest.Value >= -MostInteger ? strictest : (-sign * MostInteger, false);
        }
    }

    private long? Whole(JsonElement schema, string keyword, string path)
    {
        if (Bound(schema, keyword, path) is not { } bound) return null;
        if (!decimal.IsInteger(bound)) Problem(path, $"'{keyword}' of a number is {bound}; only whole bounds can be kept.");
        return (long)bound;
    }

    // Beyond the integers that are written a bound may be rounded: it is only compared to them.
    private decimal? Bound(JsonElement schema, string keyword, string path)
    {
        if (!schema.TryGetProperty(keyword, out var bound)) return null;
        if (bound.ValueKind == JsonValueKind.Number)
        {
            const decimal beyond = 2m * MostInteger;
            return bound.TryGetDecimal(out var exact) ? Math.Clamp(exact, -beyond, beyond) : bound.GetDouble() < 0 ? -beyond : beyond;
        }

        Problem(path, $"'{keyword}' is {bound.GetRawText()}; it must be a number.");
        return null;
    }
}
