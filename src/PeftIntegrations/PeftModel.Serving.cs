using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PeftIntegrations;

public sealed partial class PeftModel
{
    private readonly RequestQueue _requests;

    /// <summary>The requests that wait while others are served.</summary>
    public int QueuedRequests => _requests.Waiting;

    /// <summary>
    /// Continues a text that is encoded already, such as a conversation (<see cref="ChatFormat"/>): nothing is added to it, and no
    /// beginning-of-text token put before it.
    /// </summary>
    /// <param name="prompt">The beginning of the text, in tokens.</param>
    /// <param name="options">How, and with which adapter; what is not set is as the model says.</param>
    /// <param name="cancellationToken">Looked at before every token, and while waiting. Leaving the loop ends the work too.</param>
    /// <returns>The new text as soon as it is certain; with the last part comes the whole of it.</returns>
    /// <exception cref="RequestQueueFullException">Too many requests wait.</exception>
    public async IAsyncEnumerable<StreamedText> StreamAsync(
        IReadOnlyList<int> prompt, GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parts = Channel.CreateUnbounded<StreamedText>(new() { SingleReader = true, SingleWriter = true });
        var work = Stream(prompt, options ?? new(), parts.Writer, stop.Token);
        try
        {
            await foreach (var part in parts.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested(); // what was written ahead is not shown
                yield return part;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await work.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes no more requests for text, labels or vectors, and ends when those there are have been answered.</summary>
    /// <param name="cancellationToken">Ends the waiting; no more requests are taken all the same.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _requests.Drain().WaitAsync(cancellationToken);

    private async Task Stream(
        IReadOnlyList<int> prompt, GenerationOptions options, ChannelWriter<StreamedText> parts, CancellationToken cancellationToken)
    {
        try
        {
            var order = new TextOrder([prompt], options, piece => parts.TryWrite(new(piece.Text, piece.Tokens)), cancellationToken);
            var whole = (await Write(order).ConfigureAwait(false))[0];
            parts.TryWrite(new("", whole.Tokens.Count, whole));
        }
        finally
        {
            parts.Complete();
        }
    }

    /// <summary>Lets an adapter, or none, act.</summary>
    private void Activate(Composition? adapter)
    {
        var wanted = adapter ?? Composition.None;
        if (wanted == _adapters.Active && _adapters.ActiveRows.Count == 0) return;
        using var told = Telemetry.Switching(Source);
        _adapters.Activate(wanted);
    }

    /// <summary>Lets adapters, or none, act on the rows of a batch.</summary>
    private void Activate(IReadOnlyList<Composition> rows)
    {
        if (rows.All(row => row == rows[0]))
        {
            Activate(rows[0]);
            return;
        }

        if (rows.SequenceEqual(_adapters.ActiveRows)) return;
        using var told = Telemetry.Switching(Source);
        _adapters.Activate(rows);
    }

    /// <summary>Answers a request to read text when its turn comes.</summary>
    private async Task<T> Serve<T>(Func<CancellationToken, T> request, CancellationToken cancellationToken)
    {
        using var place = _requests.Enter();
        return await _thread.Run(Told(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for a caller that blocks for some texts.</summary>
    private T ServeNow<T>(int texts, Func<CancellationToken, T> request, CancellationToken cancellationToken)
    {
        using var place = _requests.Enter();
        return texts == 1 ? _thread.DoShort(Told(request), cancellationToken) : _thread.Do(Told(request), cancellationToken);
    }

    private Func<CancellationToken, T> Told<T>(Func<CancellationToken, T> request) => stop =>
    {
        using var told = Telemetry.Serving(Source);
        return request(stop);
    };
}
