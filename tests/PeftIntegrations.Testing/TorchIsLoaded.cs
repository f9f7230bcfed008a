using System.Runtime.CompilerServices;
using PeftIntegrations.Core;

// Compiled into every test program (Directory.Build.props), because a module's initializer runs only in its own module.
internal static class TorchIsLoaded
{
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "A test program is an application: libtorch must be there before its first tensor.")]
    internal static void BeforeTheFirstTest() => TorchRuntime.Load();
}
