using BenchmarkDotNet.Running;
using PeftIntegrations.Benchmarks;
using PeftIntegrations.Core;

if (args is [TemplateRate.Name]) return TemplateRate.Run();
if (args is [nameof(FirstToken), var folder]) return await FirstToken.AnswerAsync(folder);
if (args is [HostOverhead.Name, .. var model]) return await HostOverhead.Run(model.FirstOrDefault());

// In this process: libtorch, half a gigabyte, lies beside this program and not beside one that BenchmarkDotNet would build.
TorchRuntime.Load();
if (args is [var name, .. var options] && Figure.Find(name) is { } figure) return await figure.RunAsync(options);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]);
return 0;
