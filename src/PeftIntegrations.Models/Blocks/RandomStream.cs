namespace PeftIntegrations.Models;

/// <summary>A place in libtorch's random numbers, to draw the same again.</summary>
internal sealed class RandomStream
{
    private readonly long? _gpuSeed;

    private RandomStream(Tensor state, long? gpuSeed) => (State, _gpuSeed) = (state, gpuSeed);

    /// <summary>The state of the processor's generator; of the current scope.</summary>
    public Tensor State { get; }

    /// <summary>
    /// The place where the stream of a device is now. A GPU's cannot be read: it begins anew here, from the processor's next number.
    /// </summary>
    public static RandomStream At(Device device)
    {
        if (device.type != DeviceType.CUDA) return new(get_rng_state(), null);

        var seed = randint_int(int.MaxValue);
        cuda.manual_seed(seed);
        return new(get_rng_state(), seed);
    }

    /// <summary>Goes back to a place of the processor's stream, and the GPU's that belongs to it; to dispose it returns.</summary>
    public IDisposable Replayed(Tensor state)
    {
        var now = new Return(get_rng_state());
        set_rng_state(state);
        if (_gpuSeed is { } seed) cuda.manual_seed(seed);
        return now;
    }

    private sealed class Return(Tensor state) : IDisposable
    {
        public void Dispose()
        {
            set_rng_state(state);
            state.Dispose();
        }
    }
}
