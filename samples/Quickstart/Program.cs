using System.Runtime.InteropServices;
using Quickstart;
using Spectre.Console.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var app = new CommandApp<QuickstartCommand>();
app.Configure(config =>
{
    config.SetApplicationName("dotnet run -c Release --project samples/Quickstart --");
    config.UseStrictParsing();
    config.AddExample("--method", "dora");
    config.AddExample("-m", "model.gguf", "-d", "data.jsonl");
    config.SetExceptionHandler(Report);
});
return await app.RunAsync(args, stop.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested; // a second one ends the process
    stop.Cancel();
}

static int Report(Exception problem, ITypeResolver? _)
{
    var message = problem is OperationCanceledException ? "Stopped." : $"Error: {problem.Message.Split(" (Parameter '")[0]}";
    Console.Error.WriteLine(string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries)));
    return problem is OperationCanceledException ? Exit.Interrupted : Exit.Failed;
}
