using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// What a host's interface adds to a streamed answer: the same tokens by <see cref="PeftModel.GenerateAsync"/>, by a chat client, and by
/// Semantic Kernel, in turn; the least time of the first, and how much longer the others take.
/// </summary>
[RegisteredAs("host-overhead")]
internal sealed class HostOverhead : Figure
{
    private const string Question = "Tell me a story of a fox and a crow.";
    private const int Rounds = 15;

    // For a model without one.
    private const string Template = "{{ messages[-1].content }}";

    protected override (string Ours, string Theirs) Key => ("generate_ms", "generate_ms");

    protected override string[]? PeerArguments(string model) => null; // the peer has no such figure

    protected override Task<string> ModelAsync() => Task.FromResult(Path.Combine(
        ReferenceSet.Current.Models ?? throw new DirectoryNotFoundException("There are no models. Set PEFT_MODELS."), "stories260K"));

    protected override JsonObject Measure(string model) => MeasureAsync(model).GetAwaiter().GetResult();

    private static async Task<JsonObject> MeasureAsync(string path)
    {
        var isTiny = Path.GetFileName(path) == "stories260K";
        var tokens = isTiny ? 256 : 24;
        var opening = new PeftModelOptions { ChatTemplate = isTiny ? Template : null, Device = TestDevice.Name };
        await using var model = await PeftModel.LoadAsync(path, opening);
        var options = new GenerationOptions { MaxNewTokens = tokens, Sample = false, EosTokenIds = [] };
        Func<Task<int>>[] ways = [() => Generate(model, options), () => Ask(model, options), () => AskKernel(model, options)];
        var least = Enumerable.Repeat(double.PositiveInfinity, ways.Length).ToArray();
        for (var round = 0; round <= Rounds; round++) // the first warms up
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var (way, start) = ((i + round) % ways.Length, Stopwatch.GetTimestamp());
                var pieces = await ways[way]();
                if (pieces < tokens / 4) throw new InvalidOperationException($"{pieces} pieces came of {tokens} tokens.");
                if (round > 0) least[way] = Math.Min(least[way], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        return new()
        {
            ["model"] = Path.GetFileName(path),
            ["tokens"] = tokens,
            ["generate_ms"] = Math.Round(least[0], 2),
            ["chat_client_percent"] = Math.Round(100 * (least[1] / least[0] - 1), 2),
            ["semantic_kernel_percent"] = Math.Round(100 * (least[2] / least[0] - 1), 2),
        };
    }

    private static async Task<int> Generate(PeftModel model, GenerationOptions options)
    {
        var prompt = model.ChatFormat.Render([Data.ChatMessage.User(Question)], new() { AddGenerationPrompt = true }).Text;
        return await model.GenerateAsync(prompt, options).CountAsync();
    }

    private static async Task<int> Ask(PeftModel model, GenerationOptions options) => await model.AsIChatClient()
        .GetStreamingResponseAsync(Question, new() { RawRepresentationFactory = _ => options }).CountAsync();

    private static async Task<int> AskKernel(PeftModel model, GenerationOptions options)
    {
        var kernel = Kernel.CreateBuilder().AddPeftChatCompletion(model).Build();
        var service = kernel.GetRequiredService<IChatCompletionService>();
        var chat = new ChatHistory();
        chat.AddUserMessage(Question);
        return await service.GetStreamingChatMessageContentsAsync(chat, new Settings(options), kernel).CountAsync();
    }

    private sealed class Settings(GenerationOptions given) : PromptExecutionSettings
    {
        protected override void PrepareChatOptionsForRequest(ChatOptions options) => options.RawRepresentationFactory = _ => given;
    }
}
