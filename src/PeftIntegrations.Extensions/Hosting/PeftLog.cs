using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Extensions;

/// <summary>What a host is told; never a word of a prompt or an answer. Event ids 8100 to 8199 are this package's.</summary>
internal static partial class PeftLog
{
    [LoggerMessage(8100, LogLevel.Information, "model '{Model}': loading {Path}")]
    public static partial void Loading(ILogger logger, string model, string path);

    [LoggerMessage(8101, LogLevel.Information, "model '{Model}': loaded on {Device} in {DType} with {Adapters} adapters")]
    public static partial void Loaded(ILogger logger, string model, string device, ScalarType dType, int adapters);

    [LoggerMessage(8102, LogLevel.Error, "model '{Model}': could not be loaded; the next request tries again")]
    public static partial void NotLoaded(ILogger logger, Exception problem, string model);

    [LoggerMessage(8103, LogLevel.Information, "model '{Model}': adapter '{Adapter}' has changed and was loaded anew")]
    public static partial void Reloaded(ILogger logger, string model, string adapter);

    [LoggerMessage(8104, LogLevel.Warning, "model '{Model}': adapter '{Adapter}' has changed and cannot be loaded; the old one still acts")]
    public static partial void NotReloaded(ILogger logger, Exception problem, string model, string adapter);

    [LoggerMessage(8105, LogLevel.Information, "model '{Model}': stopping, {Queued} requests wait")]
    public static partial void Draining(ILogger logger, string model, int queued);

    [LoggerMessage(8106, LogLevel.Warning, "model '{Model}': gave up waiting; what still runs is ended")]
    public static partial void NotDrained(ILogger logger, string model);
}
