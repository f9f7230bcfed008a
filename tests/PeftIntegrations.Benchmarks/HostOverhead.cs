using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using PeftIntegrations.Inference;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// What a host's interface adds to a streamed answer: the same tokens by <see cref="PeftModel.GenerateAsync"/>, by a chat client, and by
/// Semantic Kernel, in turn. Prints a JSON line with the least time of each, and how much longer than the first the others take.
/// </summary>
internal static class HostOverhead
{
    public const string Name = "host-overhead";
    private const string Question = "Tell me a story of a fox and a crow.";
    private const int Rounds = 15;

    // For a model without one.
    private const string Template = "{{ messages[-1].content }}";

    public static async Task<int> Run(string? path)
    {
        var models = ReferenceSet.Current.Models ?? throw new DirectoryNotFoundException("There are no models. Set PEFT_MODELS.");
        path ??= Path.Combine(models, "stories260K");
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

        var line = new JsonObject
        {
            ["bench"] = Name,
            ["model"] = Path.GetFileName(path),
            ["tokens"] = tokens,
            ["generate_ms"] = Math.Round(least[0], 2),
            ["chat_client_percent"] = Math.Round(100 * (least[1] / least[0] - 1), 2),
            ["semantic_kernel_percent"] = Math.Round(100 * (least[2] / least[0] - 1), 2),
        };
        Console.WriteLine(line.ToJsonString());
        return 0;
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
