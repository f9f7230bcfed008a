using System.Runtime.InteropServices;
using System.Text;
using AdapterChat;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using PeftIntegrations.SemanticKernel;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await using var cast = args.Length == 0 ? await Cast.TeachAsync(stop.Token) : await Cast.LoadAsync(args, stop.Token);
    var builder = Kernel.CreateBuilder();
    foreach (var name in cast.Names) builder.AddPeftChatCompletion(cast.Model, name, serviceId: name);
    await Chat(builder.Build(), cast.Names);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine($"Error: {e.Message}");
    return 1;
}

async Task Chat(Kernel kernel, IReadOnlyList<string> names)
{
    Console.WriteLine($"{string.Join(" and ", names)} answer. @{names[1]} before a line turns to {names[1]}; an empty line ends.");
    var (chat, speaker) = (new ChatHistory(), names[0]);
    while (Ask() is { Length: > 0 } line)
    {
        if (line.StartsWith('@'))
        {
            var (name, rest) = line[1..].Split(' ', 2) is [var called, var said] ? (called, said) : (line[1..], "");
            if (names.Contains(name)) (speaker, line) = (name, rest);
            else Console.WriteLine($"Nobody here is called {name}. There are {string.Join(" and ", names)}.");
            if (!names.Contains(name) || line.Length == 0) continue;
        }

        chat.AddUserMessage(line);
        chat.AddAssistantMessage(await Answer(kernel, speaker, chat));
    }
}

async Task<string> Answer(Kernel kernel, string speaker, ChatHistory chat)
{
    Console.Write($"{speaker}: ");
    var text = new StringBuilder();
    var service = kernel.GetRequiredService<IChatCompletionService>(speaker);
    var settings = new PeftPromptExecutionSettings { MaxTokens = 80, Temperature = 0.7, RepetitionPenalty = 1.1 };
    await foreach (var piece in service.GetStreamingChatMessageContentsAsync(chat, settings, kernel, stop.Token))
    {
        Console.Write(piece.Content);
        text.Append(piece.Content);
    }

    Console.WriteLine();
    return text.ToString();
}

static string? Ask()
{
    Console.Write("> ");
    return Console.ReadLine()?.Trim();
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested; // a second one ends the process
    stop.Cancel();
}
