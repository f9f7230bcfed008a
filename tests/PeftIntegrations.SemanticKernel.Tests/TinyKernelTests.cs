using System.Diagnostics;
using Microsoft.Extensions.AI;
using PeftIntegrations.Core;

namespace PeftIntegrations.SemanticKernel.Tests;

/// <summary>A tiny model that converses, with a few adapters, and the texts it gives.</summary>
public abstract class TinyKernelTests : IAsyncLifetime
{
    protected const string Prompt = "Once";

    /// <summary>ChatML, which says nothing of tools: they are told as Hermes models know them.</summary>
    private const string Template = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private readonly TemporaryFolder _folder = new();

    static TinyKernelTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected PeftModel Model { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu", ChatTemplate = Template };

    protected string ModelFolder => _folder["tiny"];

    public async ValueTask InitializeAsync()
    {
        TinyModelFolder.WriteLlama(ModelFolder, config => config["max_position_embeddings"] = 100_000);
        Model = await PeftModel.LoadAsync(ModelFolder, Plain);
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Kernel KernelOf(Action<IKernelBuilder> services)
    {
        var builder = Kernel.CreateBuilder();
        services(builder);
        return builder.Build();
    }

    /// <summary>Has a kernel stream without end, and cancels with the first piece: that is all it takes.</summary>
    protected static async Task CancelEndless(Kernel kernel)
    {
        var endless = new KernelArguments(new PeftPromptExecutionSettings { MaxTokens = 90_000 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in kernel.InvokePromptStreamingAsync<string>(Prompt, endless, cancellationToken: stop.Token))
            {
                Assert.NotNull(piece);
                await stop.CancelAsync();
            }
        });

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20)); // all of it would take minutes
    }

    /// <summary>Loads some of the four adapters, a to d, that write another text each.</summary>
    protected async Task Teach(params string[] names)
    {
        foreach (var name in names) await Model.LoadAdapterAsync(name, (await TaughtAdapters.Folders)[name], Cancellation);
    }

    /// <summary>What the model answers without a kernel.</summary>
    protected async Task<string> Answered(string? adapter = null, string question = Prompt, int tokens = 12)
    {
        var options = new ChatOptions { MaxOutputTokens = tokens };
        return (await Model.AsIChatClient(adapter).GetResponseAsync(question, options, Cancellation)).Text;
    }

    /// <summary>What the model itself says.</summary>
    protected async Task<string> Continued(string? adapter = null, string prompt = Prompt, int tokens = 12) =>
        (await Model.CompleteAsync([prompt], new() { Adapter = adapter, MaxNewTokens = tokens }, Cancellation))[0].Text;
}
