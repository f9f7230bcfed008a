using HostedService;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using PeftIntegrations;
using PeftIntegrations.Core;

// A host with a model from appsettings.json that answers, is trained, tells its health and what it does. Try -- --Peft:Stories:Device tpu
// --Peft:Stories:MaxQueuedRequests -1: it does not start, and says all that is wrong.
TorchRuntime.Threads = 1; // with products this small, a second thread only waits
Environment.CurrentDirectory = AppContext.BaseDirectory;
var builder = Host.CreateApplicationBuilder(args);

// <readme>
builder.Services.AddPeftModel("stories", builder.Configuration.GetSection("Peft:Stories"))
    .PreloadOnStart() // the host starts once the model is there
    .ReloadAdaptersOnChange() // an adapter's folder may be replaced while it is in use
    .AddHealthCheck() // peft:stories, tagged ready
    .AddPeftChatClient() // an IChatClient; AddPeftChatClient("support", serviceKey: "support") is another, with an adapter
    .UseOpenTelemetry(); // and whatever else Microsoft.Extensions.AI puts around a client

builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddSource(PeftTelemetry.SourceName, "Experimental.Microsoft.Extensions.AI").AddConsoleExporter())
    .WithMetrics(metrics => metrics.AddMeter(PeftTelemetry.SourceName, "Experimental.Microsoft.Extensions.AI").AddConsoleExporter());

builder.Services.AddSingleton<TrainingQueue>().AddHostedService(provider => provider.GetRequiredService<TrainingQueue>());
// </readme>

builder.Services.AddHostedService<Storyteller>();
await builder.Build().RunAsync();
