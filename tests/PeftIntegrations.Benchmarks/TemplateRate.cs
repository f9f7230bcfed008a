using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Data;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// Conversations rendered in a second, against jinja2 in turn: every case of the reference set that has a text, templates read once. Ours
/// begins at messages, theirs at the variables that transformers would make of them. Prints a JSON line with the ratio of the medians.
/// </summary>
internal static class TemplateRate
{
    public const string Name = "chat-templates";
    private const int Rounds = 3;
    private const double Seconds = 2;

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

    public static int Run()
    {
        var set = ReferenceSet.Current;
        var run = Path.Combine(set.Peers ?? throw new DirectoryNotFoundException("The Python peers are absent. Set PEFT_PEERS."), "run");
        var work = Work(set);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(Measure(work));
            theirs.Add(Measure(run, Path.Combine(set.Root!, Name)));
        }

        var line = new JsonObject
        {
            ["bench"] = Name,
            ["chats"] = work.Count,
            ["chats_per_s"] = Math.Round(Median(ours)),
            ["peer_chats_per_s"] = Math.Round(Median(theirs)),
            ["ratio"] = Math.Round(Median(ours) / Median(theirs), 2),
        };
        Console.WriteLine(line.ToJsonString());
        return 0;
    }

    private static List<Action> Work(ReferenceSet set)
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

    private static double Measure(List<Action> work)
    {
        foreach (var render in work) render();
        var (done, start) = (0, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds; done += work.Count)
        {
            foreach (var render in work) render();
        }

        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Measure(string run, string folder)
    {
        var start = new ProcessStartInfo("bash", [run, "-c", Peer, folder, $"{Seconds}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var line = text.Split('\n').LastOrDefault(line => line.StartsWith('{'))
            ?? throw new InvalidOperationException($"{run} said no figure: {text}");
        return JsonNode.Parse(line)!["chats_per_s"]!.GetValue<double>();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
