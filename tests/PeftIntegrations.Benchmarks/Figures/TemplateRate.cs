using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// Conversations rendered in a second, against jinja2 in turn: every case of the reference set that has a text, templates read once. Ours
/// begins at messages, theirs at the variables that transformers would make of them.
/// </summary>
[RegisteredAs("chat-templates")]
internal sealed class TemplateRate : Figure
{
    private const double Least = 2; // seconds

    private const string Peer = """
        import json, sys, time, glob, copy
        import transformers.utils.chat_template_utils as u
        work = []
        for f in sorted(glob.glob(sys.argv[1] + "/*/cases.json")):
            template = u._compile_jinja_template(open(f[:-10] + "template.jinja", encoding="utf-8").read())
            for case in json.load(open(f)):
                c = case["context"]
                if "text" not in case or c.get("continue_final_message"): continue
                kw = dict(bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>", **c.get("extra", {}))
                work.append((template, dict(messages=c["messages"], tools=c.get("tools"), documents=c.get("documents"),
                                            add_generation_prompt=c.get("add_generation_prompt", False), **kw)))
        def all_of_them():
            for template, variables in work: template.render(**variables)
        all_of_them()
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < float(sys.argv[2]):
            all_of_them(); done += len(work)
        print(json.dumps(dict(peer="jinja2", chats=len(work), chats_per_s=done / (time.perf_counter() - start))))
        """;

    protected override (string Ours, string Theirs) Key => ("chats_per_s", "chats_per_s");

    protected override string[] PeerArguments(string model) => ["-c", Peer, model, $"{Least}"];

    protected override async Task<JsonObject> PeerAsync(string peers, string model) =>
        await LinesAsync(Path.Combine(peers, "run"), PeerArguments(model)).LastAsync();

    protected override Task<string> ModelAsync() => Task.FromResult(Path.Combine(
        ReferenceSet.Current.Root ?? throw new DirectoryNotFoundException("The reference set is absent."), Name));

    protected override JsonObject Measure(string model)
    {
        var work = Work(ReferenceSet.Current);
        return new() { ["chats"] = work.Count, ["chats_per_s"] = Rate(work) };
    }

    private List<Action> Work(ReferenceSet set)
    {
        var work = new List<Action>();
        var tokens = new JsonObject { ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["pad_token"] = "<pad>", ["unk_token"] = "<unk>" };
        foreach (var folder in set.Folders(Name, "cases.json"))
        {
            var template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, "template.jinja")), tokens);
            foreach (var @case in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!.AsArray())
            {
                var context = @case!["context"]!;
                if (@case["text"] is null || context["continue_final_message"] is not null) continue;
                ChatMessage[] messages = [.. context["messages"]!.AsArray().Select(message => ChatMessage.FromJson(message!.AsObject()))];
                var options = new RenderOptions
                {
                    Tools = context["tools"]?.AsArray().Select(tool => tool!.AsObject()).ToArray(),
                    AddGenerationPrompt = (bool?)context["add_generation_prompt"] ?? false,
                    Variables = context["extra"]?.AsObject(),
                };
                work.Add(() => template.Render(messages, options));
            }
        }

        work.RemoveAll(render => !Renders(render)); // a message without content is another to us than one whose content is null
        return work;
    }

    private static bool Renders(Action render)
    {
        try
        {
            render();
            return true;
        }
        catch (ChatTemplateException)
        {
            return false;
        }
    }

    private static double Rate(List<Action> work)
    {
        foreach (var render in work) render();
        var (done, clock) = (0, Stopwatch.StartNew());
        for (; clock.Elapsed.TotalSeconds < Least; done += work.Count)
        {
            foreach (var render in work) render();
        }

        return done / clock.Elapsed.TotalSeconds;
    }
}
