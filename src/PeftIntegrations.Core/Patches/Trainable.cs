namespace PeftIntegrations.Core;

/// <summary>Tensors that start as frozen ones and learn from there.</summary>
public static class Trainable
{
    /// <summary>A copy in fp32, or in fp64 of an fp64 model: a step of training is lost in half precision.</summary>
    public static Parameter Copy(Tensor frozen) =>
        new(frozen.detach().to(frozen.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, copy: true));
}
