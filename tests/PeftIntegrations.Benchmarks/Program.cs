using BenchmarkDotNet.Running;
using PeftIntegrations.Benchmarks;
using PeftIntegrations.Core;
using PeftIntegrations.Testing;

if (args is [nameof(FirstToken), var folder]) return await FirstToken.AnswerAsync(folder);

// In this process: libtorch, half a gigabyte, lies beside this program and not beside one that BenchmarkDotNet would build.
TorchRuntime.Load();
torch.set_default_device(TestDevice.Current);
if (args is [var name, .. var options] && Figure.Find(name) is { } figure) return await figure.RunAsync(options);
if (args is [StepProfile.Name, var step, .. var place] && Figure.Find(step) is LoraStep profiled)
{
    StepProfile.Run(profiled, place.FirstOrDefault() ?? await BenchmarkFolder.SmolLm2Async());
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]);
return 0;
