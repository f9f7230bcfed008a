using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Extensions.Tests;

/// <summary>Keeps what is logged.</summary>
public sealed class RememberedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> Lines { get; } = new();

    public IEnumerable<string> Texts => Lines.Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, eventId, formatter(state, exception) + exception?.Message));

    public void Dispose()
    {
    }
}
