using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PeftIntegrations.Core;

// libtorch has one random stream for the whole process: a test that seeds it must run alone.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

// Compiled into every test program (Directory.Build.props), because a module's initializer runs only in its own module.
internal static class TorchIsLoaded
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test program is an application: libtorch must come before its tensors.")]
    internal static void BeforeTheFirstTest()
    {
        TorchRuntime.Load();
        torch.set_default_device(PeftIntegrations.Testing.TestDevice.Current);
    }
}
