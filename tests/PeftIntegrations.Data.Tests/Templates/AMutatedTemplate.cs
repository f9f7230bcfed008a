using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data.Tests;

public sealed class AMutatedTemplate
{
    private const int Mutations = 10_000;
    private static readonly TemplateLimits Limits = new() { MaxLength = 100_000, MaxSteps = 200_000, MaxDepth = 30 };

    private static readonly string[] Pieces =
    [
        "{%", "%}", "{{", "}}", "{#", "#}", "-", "+", "|", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", ".", ",", ":", "~", "*", "**",
        "/", "//", "%", "=", "==", "<", " in ", " not ", " is ", " if ", " else ", " for x in messages ", "{% endif %}", "{% endfor %}",
        "{% for i in range(99999) %}",
        "{% macro f(a) %}{{ f(a) }}{% endmacro %}", "loop", "loop.index", "messages", "0", "-1", "9999999999", "1e308", "none", "{% raw %}",
        "|tojson(indent=4)", "|map('upper')", "|sort", "|join", "|replace('', 'x')", ".split('')", ".format(1)",
        " * 99999", "{% set x = x ~ x %}",
        "|batch(2)", "|slice(3)", "|groupby('role')", "|dictsort", "namespace(a=1)", "range(1,2,0)", "caller()",
        "\0", "😀", "\ud83d", "\n", " ",
        "strftime_now('%')", "|format(1)", "'%s%' % 1", "|round(400)", "|int(base=16)", "[::-1]", "[::0]",
        ".__class__", "|truncate(1)", "|urlencode",
    ];

    [Fact]
    public void Gives_a_text_or_our_own_error_and_never_hangs()
    {
        var random = new Random(7);
        var folder = Golden.Above(Path.Combine("tests", "Goldens", "chat-templates"));
        var files = Directory.GetFiles(folder, "*.jinja", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        string[] sources = [.. files.Select(File.ReadAllText), Odd];
        var answer = ChatMessage.Said("<think>\nx</think>\n\nYo") with { ToolCalls = [new("f", [])] };
        ChatMessage[] messages = [ChatMessage.System("s"), ChatMessage.User("Hi 😀"), answer];
        var (texts, slowest, watch) = (0, TimeSpan.Zero, new Stopwatch());

        for (var i = 0; i < Mutations; i++)
        {
            var template = Mutated(sources[i % sources.Length], random);
            watch.Restart();
            try
            {
                var tools = i % 3 == 0 ? new[] { new JsonObject() } : null;
                ChatTemplate.Parse(template).Render(messages, new() { Limits = Limits, AddGenerationPrompt = i % 2 == 0, Tools = tools });
                texts++;
            }
            catch (ChatTemplateException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"Mutation {i}: {e}\n{template}");
            }

            if (watch.Elapsed > slowest) slowest = watch.Elapsed;
        }

        Assert.InRange(texts, Mutations / 20, Mutations);
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"The slowest took {slowest}.");
    }

    private const string Odd = """
        {% macro render(v, depth=0) -%}{% if v is mapping %}{% for k, x in v|dictsort %}{{ k }}:{{ render(x, depth + 1) }};{% endfor %}
        {%- elif v is string %}{{ v[1:]|title|trim('x') }}{% else %}{{ v|tojson }}{% endif %}{%- endmacro %}
        {% set ns = namespace(n=0, s='') %}
        {% for m in messages|selectattr('role', 'ne', 'tool') if m.content %}
          {% set ns.n = ns.n + loop.index0 * 2 - 1 // 3 %}{% set ns.s = ns.s ~ m.role %}
          {{- render(m) }}{{ '%s-%05d' % (m.role, loop.index) }}{{ '{:>5}|{!r}'.format(1, m.role) }}{{ loop.cycle('a', 'b') }}
          {% if loop.last %}{% continue %}{% elif ns.n > 100 %}{% break %}{% endif %}
        {% else %}none{% endfor %}
        {% filter upper|replace('A', 'B') %}{{ ns.s|wordcount }}{% endfilter %}
        {% set cap %}x{{ ns }}{% endset %}{{ cap|indent(2)|center(9) }}
        {% with a = [3, 1.5, true], b = {'x': (1, 2)} %}{{ a|sort|sum + a|max }}{{ b.x[::-1]|list }}
        {{ a|map('string')|join(',') }}{% endwith %}
        {% generation %}{{ strftime_now('%d %b') }}{{ [1, 2, 3, 4]|batch(3, 'f')|list }}
        {{ 'a-b'.split('-', 1)[-1].rjust(4) }}{% endgeneration %}
        {% call render('q') %}{% endcall %}{{ range(5)|select('odd')|list }}{{ messages|groupby('role')|length }}{{ 2 ** 10 % 7 }}
        """;

    private static string Mutated(string template, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var (at, other) = (random.Next(template.Length + 1), random.Next(template.Length + 1));
            var (from, to) = (Math.Min(at, other), Math.Max(at, other));
            to = Math.Min(to, from + 60);
            template = random.Next(6) switch
            {
                0 => template.Remove(from, to - from),
                1 => template.Insert(at, template[from..to]),
                2 => at < template.Length ? template.Remove(at, 1).Insert(at, $"{(char)random.Next(32, 127)}") : template,
                3 => template[..at],
                _ => template.Insert(at, Pieces[random.Next(Pieces.Length)]),
            };
        }

        return template;
    }
}
