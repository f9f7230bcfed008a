namespace PeftIntegrations.Core;

/// <summary>libtorch cannot be loaded; the message is one sentence that names what is missing and the way out.</summary>
public sealed class TorchRuntimeException : InvalidOperationException
{
    /// <summary>An exception that says only that libtorch did not load.</summary>
    public TorchRuntimeException() : base("libtorch cannot be loaded; reference the package TorchSharp-cpu.") { }

    /// <summary>An exception with the sentence <paramref name="message"/>.</summary>
    public TorchRuntimeException(string message) : base(message) { }

    /// <summary>An exception with the sentence <paramref name="message"/> and what the loader said.</summary>
    public TorchRuntimeException(string message, Exception? innerException) : base(message, innerException) { }
}
