using System.ComponentModel;
using AgentWithTools;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

// An adapter teaches the bundled model of 1 MB, which knows stories alone, to ask a tool and to answer by it; then it is an agent. A
// model with a chat template, which can call tools already, needs no adapter: -- --model <folder>
var folder = AppContext.BaseDirectory;
var own = args is ["--model", var given] ? given : null;
if (own is null) TorchRuntime.Threads = 1; // with products this small, a second thread only waits
var skies = new Dictionary<City, string> { [City.Oslo] = "snow", [City.Rome] = "rain", [City.Cairo] = "sun" };

await using var model = await PeftModel.LoadAsync(own ?? Path.Combine(folder, "models", "stories260K"), new()
{
    ChatTemplate = own is null ? await File.ReadAllTextAsync(Path.Combine(folder, "story.jinja")) : null,
});
if (own is null)
{
    // stories hold no braces: what all untrained tokens share must come apart before they can be told apart
    int[] unseen = [.. model.Tokenizer.Encode("</tool_call>\n{\"\": }</s>", addSpecialTokens: false).Ids.Distinct()];
    var method = new Lora { Rank = 16, Targets = Targets.AllLinear, TokenIndices = unseen };
    var options = new TrainingOptions { MaxSteps = 60, BatchSize = 9, LearningRate = 1.5e-2 };
    var result = await model.TrainAsync("weather", method, Chats.FromFile(Path.Combine(folder, "weather.jsonl")), options);
    Console.WriteLine($"{result.TrainableCount:N0} numbers have learnt to use the tool; the loss is {result.FinalLoss:F3}.");
}

// <readme>
[Description("Tells how the weather is in a city.")]
string Weather(City city)
{
    Console.WriteLine($"  (the agent asks for the weather in {city})");
    return skies[city];
}

var tool = AIFunctionFactory.Create(Weather, "weather");
var agent = new ChatClientAgent(model.AsIChatClient(own is null ? "weather" : null), "Answer by the tool.", tools: [tool]);
var asking = new ChatClientAgentRunOptions(new() { ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 80 }); // a call first, that fits
foreach (var city in skies.Keys)
{
    Console.WriteLine($"How is it in {city}?");
    await foreach (var update in agent.RunStreamingAsync($"How is it in {city}?", options: asking)) Console.Write(update.Text);
    Console.WriteLine();
}
// </readme>
