using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Models;

/// <summary>Chooses where and in what type to compute.</summary>
internal static class Devices
{
    /// <summary>The device that <paramref name="name"/> asks for.</summary>
    /// <exception cref="ArgumentException">It is no device's name, or not there.</exception>
    public static Device Find(string name, bool fallbackToCpu)
    {
        var gpus = cuda.is_available() ? cuda.device_count() : 0;
        if (name == "cpu" || (name == "auto" && gpus == 0)) return CPU;

        var index = name is "auto" or "cuda" ? 0 : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out var i)
            && i >= 0 ? i : -1;
        if (index < 0)
        {
            throw new ArgumentException($"Device is '{name}'. It must be auto, cpu, cuda, or cuda: with a number.",
            nameof(name));
        }

        if (index < gpus) return new Device(DeviceType.CUDA, index);

        return fallbackToCpu ? CPU : throw new ArgumentException(
            $"Device is '{name}', but {gpus} CUDA devices are there. Build with PeftTorchBackend=cuda on a machine with a GPU, or allow " +
                $"FallbackToCpu.", nameof(name));
    }

    /// <summary>bf16 where it is computed natively, else fp32.</summary>
    public static ScalarType FastType(Device device) =>
        device.type == DeviceType.CUDA || HasBFloat16Products() ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Whether a weight stays in the file's type until it is computed with: half the memory, for a copy at each product.</summary>
    public static bool KeepsNarrow(ScalarType? stored, ScalarType type, Device device) =>
        device.type == DeviceType.CPU && stored is ScalarType.BFloat16 or ScalarType.Float16 && type == ScalarType.Float32;

    private static bool HasBFloat16Products()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;

        const int Avx512BFloat16 = 1 << 5; // leaf 7.1, EAX
        const int AmxBFloat16 = 1 << 22; // leaf 7.0, EDX
        return (X86Base.CpuId(7, 1).Eax & Avx512BFloat16) != 0 || (X86Base.CpuId(7, 0).Edx & AmxBFloat16) != 0;
    }
}
