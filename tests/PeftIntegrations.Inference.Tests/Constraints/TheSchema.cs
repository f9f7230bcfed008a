using System.Globalization;

namespace PeftIntegrations.Inference;

public sealed class TheSchema
{
    [Theory]
    [InlineData("""{"type": "string"}""", """ "a\u00e9\n\ud83d\ude00é😀" """, "'a'", "\"\n\"",
        """ "\x" """, """ "\ud83d" """, """ "\ud83dx" """)]
    [InlineData("""{"type": "string", "minLength": 2, "maxLength": 3}""", """ "éé" """, "\"a\"", "\"abcd\"")]
    [InlineData("""{"type": "integer"}""", "-120", "01", "-0", "1.0", "1e3", "+1", "1234567890123456789")]
    [InlineData("""{"type": "integer", "minimum": -15, "exclusiveMaximum": 120}""", "119", "120", "-16", "1000", "-100")]
    [InlineData("""{"type": "number"}""", "-12.5e+3", ".5", "1.", "1e", "00", "NaN", "1.1234567890123456")]
    [InlineData("""{"type": "number", "minimum": -1, "maximum": 1}""", "-0.75", "1.1", "-1.1", "2", "1e0")]
    [InlineData("""{"type": "number", "exclusiveMinimum": 0}""", "0.001", "0", "0.0", "-1")]
    [InlineData("""{"type": "number", "exclusiveMinimum": -2, "exclusiveMaximum": -1}""", "-1.5", "-1", "-2", "-1.0", "-2.0", "0")]
    [InlineData("""{"type": ["null", "boolean"]}""", "null", "nul ", "0")]
    [InlineData("""{"enum": ["a", "ab", 1, [1, 2]]}""", "[1, 2]", "\"abc\"", "12", "[2, 1]")]
    [InlineData("""{"type": "string", "enum": ["a", 1]}""", "\"a\"", "1")]
    [InlineData("""{"const": {"a b": null}}""", """{"a b": null}""", """{"a b": 1}""", "{}")]
    [InlineData("""{"properties": {"a": {"type": "integer"}, "b": true}, "required": ["b"]}""",
        """{"b": [1, {"x": "y"}]}""", "{}", """{"a": 1}""", """{"b": 1, "a": 2}""",
        """{"b": 1, "c": 2}""", """{ "b": 1}""", """{"b":  1}""")]
    [InlineData("""{"properties": {"ab": {"type": "null"}, "é": false}, "additionalProperties": {"type": "integer"}}""",
        """{"ab": null, "a": 1, "abc": 2, "x": 3, "": 4}""", """{"ab": 1}""", """{"x": null}""", """{"é": 1}""", """{"\u0061b": 1}""")]
    [InlineData("""{"type": "object"}""", """{"a": {"b": []}, "c": true}""", "[]", "{,}", """{"a": 1,}""")]
    [InlineData("""{"type": "object", "required": ["k"]}""", """{"k": 1}""", "{}", """{"j": 1}""")]
    [InlineData("""{"items": {"type": "integer"}, "minItems": 1, "maxItems": 2}""", "[1, 2]", "[]", "[1,2,3]", "[1,]", "[ 1]")]
    [InlineData("""{"type": "array", "prefixItems": [{"type": "null"}, {"type": "boolean"}], "items": false}""",
        "[null, true]", "[true]", "[null, true, 1]")]
    [InlineData("""{"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#"}}], "title": "x"}""", "[1, [[], 2]]", "{}")]
    [InlineData("""{"allOf": [{"$ref": "#/$defs/a~1b%20c"}], "$defs": {"a/b c": {"type": "null"}}}""", "null", "0")]
    [InlineData("true", """[{"a": 1.5}, "x", null]""", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]")]
    public void Decides_what_can_be_written(string schema, string fitting, params string[] others)
    {
        var constraint = TextConstraint.JsonSchema(schema);

        Assert.True(Writer.Fits(constraint, fitting.Trim()), fitting);
        Assert.True(Writer.IsValid(schema, fitting), fitting);
        foreach (var other in others) Assert.False(Writer.Fits(constraint, other.Trim(' ')), other);
    }

    [Fact]
    public void Bounds_integers_exactly()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var least = random.Next(-1300, 1300);
            var most = least + random.Next(random.Next(2) == 0 ? 10 : 1300);
            var constraint = TextConstraint.JsonSchema($$"""{"type": "integer", "minimum": {{least}}, "maximum": {{most}}}""");

            int[] numbers = [least - 1, least, least + ((most - least) / 2), most, most + 1, 0, -least, random.Next(-2000, 2000)];
            foreach (var number in numbers)
            {
                var fits = Writer.Fits(constraint, number.ToString(CultureInfo.InvariantCulture));

                Assert.True(fits == (number >= least && number <= most), $"{number} in {least}..{most}: {fits}");
            }
        }
    }

    [Fact]
    public void Is_refused_with_all_that_cannot_be_followed()
    {
        var problem = Assert.Throws<ArgumentException>(() => TextConstraint.JsonSchema("""
            {"type": "object", "properties": {
                "a": {"not": {}, "if": true}, "b": {"type": "string", "pattern": "x+"}, "c": {"type": "strng"},
                "d": {"$ref": "#/$defs/none"},
                "e": {"type": "number", "minimum": 0.5}, "f": {"type": "integer", "minimum": 3, "maximum": 2}, "g": {"enum": []},
                "h": {"allOf": [{}, {}]}, "i": {"anyOf": [{}], "minLength": 1}, "j": {"type": "array", "minItems": 3, "maxItems": 2},
                "k": {"type": "string", "minLength": -1}, "l": {"type": "string", "enum": [1]}, "m": 5, "n": {"multipleOf": 2},
                "o": {"type": "array", "uniqueItems": true}, "p": {"$ref": "https://example.org/schema"}},
             "required": ["q"], "additionalProperties": false}
            """));

        string[] named =
        [
            "#/properties/a: 'not'", "'if'", "#/properties/b: 'pattern'", "'strng'", "#/$defs/none", "'minimum' of a number is 0.5",
            "#/properties/f: no integer", "#/properties/g/enum", "allOf has 2", "'anyOf' stands beside 'minLength'", "minItems is 3",
            "'minLength' is -1", "no value of enum or const", "#/properties/m: a schema", "'multipleOf'", "'uniqueItems'",
            "example.org", "'q' is required",
        ];
        Assert.All(named, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("""{"$ref": "#"}""")]
    [InlineData("""{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}""")]
    public void Is_refused_where_nothing_fits(string schema)
    {
        var problem = Assert.Throws<ArgumentException>(() => TextConstraint.JsonSchema(schema));

        Assert.Contains("No text fits", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_where_it_grows_beyond_bounds()
    {
        var problem = Assert.Throws<ArgumentException>(() => TextConstraint.JsonSchema("""{"type": "string", "minLength": 1000000000}"""));
        var deep = string.Concat(Enumerable.Repeat("""{"items": """, 63)) + "true" + new string('}', 63);
        var nested = Assert.Throws<ArgumentException>(() => TextConstraint.JsonSchema("""{"items": """ + deep + "}"));

        Assert.Contains("places in its grammar", problem.Message, StringComparison.Ordinal);
        Assert.Contains("nest deeper than 64", nested.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_what_is_not_enforced()
    {
        var constraint = TextConstraint.JsonSchema("""
            {"type": "object", "properties": {"day": {"type": "string", "format": "date"}, "a": {"oneOf": [{"type": "null"}]},
             "s": {"type": "string", "maxLength": 100000}}}
            """);

        Assert.Equal(
            [
                "#/properties/day: the format 'date' is not enforced.", "#/properties/a: 'oneOf' is read as 'anyOf'.",
                "#/properties/s: the length is limited to 4096 instead of 100000.",
            ],
            constraint.Notes);
    }

    [Fact]
    public void Nests_only_so_deep()
    {
        var constraint = TextConstraint.JsonSchema("""{"type": "array", "items": {"$ref": "#"}}""");

        Assert.True(Writer.Fits(constraint, new string('[', TokenMasks.Depth + 1) + new string(']', TokenMasks.Depth + 1)));
        Assert.False(Writer.Begins(constraint, new string('[', TokenMasks.Depth + 2)));
    }
}
