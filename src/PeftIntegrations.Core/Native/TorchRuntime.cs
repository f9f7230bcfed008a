using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// libtorch in this process: loaded once, before the first tensor. <c>PEFT_LIBTORCH=&lt;folder&gt;</c> names another libtorch or a PyTorch
/// install (the folder itself, its <c>lib</c> or its <c>torch/lib</c>) in place of the one beside the application.
/// </summary>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static volatile bool _loaded;

    /// <summary>Loads libtorch, unless it is loaded already. Any thread may call it at any time.</summary>
    /// <exception cref="TorchRuntimeException">A package or file is missing, or does not fit this machine.</exception>
    public static void Load()
    {
        if (_loaded) return;

        lock (Gate)
        {
            if (_loaded) return;

            IdleThreads.YieldSoon();
            TorchLibraries.Find(NativeFolders.OfThisProcess, Environment.GetEnvironmentVariable(TorchLibraries.Variable)).Load();
            set_num_threads(DefaultThreads);
            KeptTensors.KeepHeap();
            _loaded = true;
        }
    }

    /// <summary>How many threads one operator may use; OMP_NUM_THREADS if that is set, otherwise all cores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get
        {
            Load();
            return get_num_threads();
        }
        set
        {
            var threads = Guard.AtLeast(1, value, $"This machine has {Environment.ProcessorCount} cores.");
            Load();
            set_num_threads(threads);
        }
    }

    /// <summary>Starts libtorch's random numbers anew, on the processor and every GPU (TorchSharp: the processor alone).</summary>
    public static void Seed(long seed)
    {
        Load();
        manual_seed(seed);
        if (cuda.is_available()) cuda.manual_seed_all(seed);
    }

    /// <summary>The version, the device and the threads in one line, as for a log.</summary>
    public static string Description
    {
        get
        {
            Load();
            var device = cuda.is_available() ? $"CUDA ({cuda.device_count()} devices)" : Avx512F.IsSupported ? "CPU with AVX-512" : "CPU";
            return $"libtorch {__version__}, {device}, {get_num_threads()} threads";
        }
    }

    private static int DefaultThreads => int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), out var threads) && threads > 0
        ? threads
        : Environment.ProcessorCount;
}
