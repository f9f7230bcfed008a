using System.ComponentModel.DataAnnotations;
using PeftIntegrations.Models;

namespace PeftIntegrations.Extensions;

/// <summary>A model of a host, as its configuration describes it.</summary>
public sealed class HostedModelOptions
{
    /// <summary>The model: a Hugging Face folder with safetensors, or a <c>.gguf</c> file.</summary>
    [Required(ErrorMessage = "Path is missing. Give the folder or .gguf file of the model.")]
    public string Path { get; set; } = "";

    /// <summary>The folders of the adapters by the names they get.</summary>
    public IDictionary<string, string> Adapters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary><c>auto</c> (CUDA if present, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. Default auto.</summary>
    [Required(ErrorMessage = "Device is empty. Write auto, cpu, cuda or cuda:1."), RegularExpression(@"auto|cpu|cuda(:\d{1,3})?",
        ErrorMessage = "Device is none that is known. Write auto, cpu, cuda or cuda:1.")]
    public string Device { get; set; } = "auto";

    /// <summary>Whether a missing GPU means the processor instead of an error. Default false.</summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>
    /// The type to compute in: <c>float32</c>, <c>bfloat16</c> or <c>float16</c>; null for bf16 where the processor or GPU computes it
    /// natively, else fp32.
    /// </summary>
    [RegularExpression("float32|bfloat16|float16", ErrorMessage = "DType is none that is known. Write float32, bfloat16 or float16.")]
    public string? DType { get; set; }

    /// <summary>The head to put on the model; null for its checkpoint's.</summary>
    public HeadKind? Head { get; set; }

    /// <summary>The Jinja text of a chat template to use instead of the model's own; null for its own.</summary>
    public string? ChatTemplate { get; set; }

    /// <summary>A file with such a text.</summary>
    public string? ChatTemplateFile { get; set; }

    /// <summary>How many texts are written at once, whatever their adapters; others wait. Default 8.</summary>
    [Range(1, 1024, ErrorMessage = "MaxBatchedRequests must be from 1 to 1024; 8 is the default.")]
    public int MaxBatchedRequests { get; set; } = 8;

    /// <summary>How many requests may wait while those are served; one more is refused. Default 1024.</summary>
    [Range(0, 1_000_000, ErrorMessage = "MaxQueuedRequests must be from 0 to 1000000; 1024 is the default.")]
    public int MaxQueuedRequests { get; set; } = 1024;

    /// <summary>Whether the host starts only once the model is loaded; else the first request loads it. Default false.</summary>
    public bool PreloadOnStart { get; set; }

    /// <summary>
    /// How often the adapters' folders are looked at, to load those anew that have changed; null for never. A change is taken up when it
    /// has been at rest for as long.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00",
        ErrorMessage = "ReloadAdaptersEvery must be from 00:00:00.010 to 1.00:00:00; 00:00:02 is usual.")]
    public TimeSpan? ReloadAdaptersEvery { get; set; }

    /// <summary>What could not be read from a configuration section.</summary>
    internal List<string> Unread { get; } = [];

    internal PeftModelOptions ToModelOptions() => new()
    {
        Device = Device,
        FallbackToCpu = FallbackToCpu,
        DType = DType switch
        {
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            "float16" => ScalarType.Float16,
            _ => null,
        },
        Head = Head,
        ChatTemplate = ChatTemplateFile is { } file ? File.ReadAllText(file) : ChatTemplate,
        MaxBatchedRequests = MaxBatchedRequests,
        MaxQueuedRequests = MaxQueuedRequests,
    };
}
