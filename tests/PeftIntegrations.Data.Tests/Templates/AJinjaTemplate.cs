using System.Text.Json.Nodes;

namespace PeftIntegrations.Data.Tests;

public sealed class AJinjaTemplate
{
    private static readonly TemplateLimits Small = new() { MaxLength = 10_000, MaxSteps = 100_000, MaxDepth = 50 };

    [Fact]
    public void Gives_what_the_peer_gives()
    {
        var folder = Golden.Above(Path.Combine("tests", "Goldens", "chat-templates"));
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "jinja-features.json")))!;

        Assert.All(cases.AsArray(), expected =>
        {
            var variables = expected!["context"]!.AsObject().ToDictionary(pair => pair.Key, pair => JsonValues.Of(pair.Value));
            if (expected["text"] is { } text) Assert.Equal(text.ToString(), Render(expected["template"]!.ToString(), variables));
            else Assert.ThrowsAny<ChatTemplateException>(() => Render(expected["template"]!.ToString(), variables));
        });
    }

    [Theory]
    [InlineData("{{ '😀é'|length }}{{ '😀é'[0] }}{{ 'a😀b'[::-1] }}{% for c in '😀x' %}[{{ c }}]{% endfor %}", "2😀b😀a[😀][x]")]
    [InlineData("{% for x in [1, [2, [3]]] recursive %}{{ loop(x) if x is iterable else x }}{% endfor %}", "123")]
    [InlineData(
        "{% macro f(a, b=a) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1) }}{{ f(1, 2, 3, c=4) }}",
        "11(){}12(3,){'c': 4}")]
    [InlineData("{% call(x) m() %}<{{ x }}>{% endcall %}", "!'m' is undefined")]
    [InlineData("{% macro m() %}{{ caller(1) }}{{ caller(2) }}{% endmacro %}{% call(x) m() %}<{{ x }}>{% endcall %}", "<1><2>")]
    [InlineData(
        "{{ '%05.1f|%-4d|%x' % (3.14159, 7, 255) }} {{ '{0:>4}|{1:.2f}|{n:,}'.format(1, 2.345, n=1234567) }}",
        "003.1|7   |ff    1|2.35|1,234,567")]
    [InlineData(
        "{{ 2**64 }} {{ 10**20 // 3 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7.5 // 2 }} {{ 1e16 }} {{ 0.1 }}",
        "18446744073709551616 33333333333333333333 -4 2 3.0 1e+16 0.1")]
    [InlineData("{{ 'a' + ('<b>'|safe) }}{{ ('<b>'|safe) + '<' }}{{ '<' ~ ('<b>'|safe) }}", "a<b><b>&lt;<<b>")]
    [InlineData(
        "{{ 'x'.strip is defined }}{{ 'x'.nope is defined }}{{ {'items': 1}.items is callable }}{{ {'items': 1}['items'] }}",
        "TrueFalseTrue1")]
    [InlineData(
        "{% set x = [3,1]|sort %}{% set ns = namespace(t='') %}{% for i in x %}{% set ns.t = ns.t ~ i %}{% endfor %}{{ ns.t }}{{ ns }}",
        "13<Namespace {'t': '13'}>")]
    [InlineData(
        "{{ [1,2,3,4]|select('gt', 2)|map('string')|join('+') }}{{ ['b','A']|sort|first }}{{ [[1,'x'],[2,'y']]|map(attribute='1')|list }}",
        "3+4A['x', 'y']")]
    [InlineData("{{ x|tojson }}", "!Object of type Undefined is not JSON serializable")]
    [InlineData("{{ foo('x') }}", "!'foo' is undefined")]
    [InlineData("{{ 'a'.foo() }}", "!'str object' has no attribute 'foo'")]
    [InlineData("{{ 'a'|upper|foo }}", "!No filter named 'foo'.")]
    [InlineData("{% if false %}{{ 'a'|foo }}{% endif %}ok", "ok")]
    [InlineData("{% include 'x' %}", "!'include' brings in another template")]
    [InlineData("{% break %}", "!'break' outside loop")]
    [InlineData(
        "{% for a in [1] %}\n{% endif %}{% endfor %}",
        "!Encountered unknown tag 'endif'. Jinja was looking for the following tags: 'endfor' or 'else'.")]
    [InlineData("{{ ''.join([1]) }}", "!sequence item 0: expected str instance, int found")]
    [InlineData("{{ none + 'a' }}", "!unsupported operand type(s) for +: 'NoneType' and 'str'")]
    [InlineData("{% set ns.a = 1 %}", "!cannot assign attribute on non-namespace object")]
    [InlineData("{{ namespace(_a=1) }}", "!cannot store underscore-prefixed attributes")]
    [InlineData("{{ (1).__class__.__base__ }}", "!access to attribute '__class__' of 'int' object is unsafe.")]
    public void Means_what_it_means_in_Python(string template, string expected)
    {
        if (expected.StartsWith('!'))
        {
            var e = Assert.Throws<ChatTemplateException>(() => Render(template));
            Assert.Contains(expected[1..], e.Reason, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(expected, Render(template));
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "MaxSteps")]
    [InlineData("{{ 'x' * 1000000000 }}", "MaxLength")]
    [InlineData("{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}", "MaxLength")]
    [InlineData("{% set ns = namespace(a=[1]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}", "MaxSteps")]
    [InlineData("{% set ns = namespace(a=[1]) %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}", "MaxSteps")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "MaxDepth")]
    [InlineData("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "MaxDepth")]
    [InlineData("{% for i in range(9999) %}{{ 'xxxxxxxxxx' }}{% endfor %}", "MaxLength")]
    [InlineData("{{ 'x'|center(99999999) }}", "MaxLength")]
    [InlineData("{{ '%99999999d' % 1 }}", "MaxLength")]
    [InlineData("{{ '{:99999999}'.format(1) }}", "MaxLength")]
    [InlineData("{{ [1]|tojson(indent=99999999) }}", "MaxLength")]
    [InlineData("{{ 'a'|indent(99999999) }}", "MaxLength")]
    [InlineData("{{ 9 ** (9 ** 9) }}", "digits")]
    [InlineData("{{ range(1000000) }}", "MAX_RANGE")]
    [InlineData("{{ ('a' * 9999).replace('a', 'b' * 9999) }}", "MaxLength")]
    [InlineData("{{ [1]|batch(999999999, 1)|list }}", "MaxSteps")]
    [InlineData("{{ [1]|slice(999999999)|list }}", "MaxSteps")]
    public void Is_refused_where_it_takes_too_much(string template, string limit)
    {
        var e = Assert.Throws<ChatTemplateException>(() => Render(template, limits: Small));

        Assert.Contains(limit, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("1+", "")]
    [InlineData("a if b else ", "")]
    [InlineData("a and ", "")]
    [InlineData("{'a':", "}")]
    [InlineData("a(", ")")]
    public void Is_refused_where_it_nests_too_deep(string begin, string end)
    {
        var template = $"{{{{ {string.Concat(Enumerable.Repeat(begin, 50_000))}1{string.Concat(Enumerable.Repeat(end, 50_000))} }}}}";
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => Render(template)), maxStackSize: 512 * 1024);

        thread.Start();
        thread.Join();

        Assert.Contains("nests deeper", Assert.IsType<ChatTemplateException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_the_same_from_many_threads()
    {
        var template = JinjaTemplate.Parse(
            "{% set ns = namespace(n=0) %}{% for i in range(100) %}{% set ns.n = ns.n + i * k %}{% endfor %}{{ ns.n }}");

        var texts = Enumerable.Range(0, 200).AsParallel().AsOrdered()
            .Select(k => template.Render(new Dictionary<string, object?> { ["k"] = (long)k }, new(), TimeProvider.System).Output).ToArray();

        Assert.Equal(Enumerable.Range(0, 200).Select(k => $"{k * 4950}"), texts);
    }

    private static string Render(string template, Dictionary<string, object?>? variables = null, TemplateLimits? limits = null) =>
        JinjaTemplate.Parse(template).Render(variables ?? [], limits ?? new(), new Clock()).Output;

    private sealed class Clock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 12, 34, 56, TimeSpan.Zero);
    }
}
