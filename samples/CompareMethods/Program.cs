using System.Runtime.InteropServices;
using CompareMethods;
using Spectre.Console.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var app = new CommandApp<CompareCommand>();
app.Configure(config =>
{
    config.SetApplicationName("dotnet run -c Release --project samples/CompareMethods --");
    config.UseStrictParsing();
    config.AddExample("--model", "models/all-MiniLM-L6-v2");
    config.AddExample("--only", "LORA", "--learning-rate", "0.001");
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
