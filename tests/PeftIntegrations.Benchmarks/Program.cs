using BenchmarkDotNet.Running;
using PeftIntegrations.Core;

// In this process: libtorch, half a gigabyte, lies beside this program and not beside one that BenchmarkDotNet would build.
TorchRuntime.Load();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]);
