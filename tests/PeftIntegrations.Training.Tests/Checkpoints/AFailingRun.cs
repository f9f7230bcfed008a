using System.Diagnostics;
using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class AFailingRun : IDisposable
{
    private static readonly Lora Method = new() { Rank = 4, Dropout = 0.1 };
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingOptions _options;
    private readonly string _expected;

    public AFailingRun()
    {
        var plain = new TrainingOptions { MaxSteps = 6, BatchSize = 2, LearningRate = 0.05 };
        _options = plain with { CheckpointEvery = 1, CheckpointFolder = _folder["run"], Resume = true };
        using var whole = new TinyRun(Method, plain);
        _expected = whole.Do().Hash;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Keeps_its_last_checkpoint_where_the_disk_is_full(int room)
    {
        using (var run = new TinyRun(Method, _options).Do(3))
        {
            run.Run.Checkpoints!.Save = (path, write) => AtomicFile.Write(path, stream => write(new FullDisk(stream, room)));
            var e = Assert.Throws<IOException>(() => run.Do(1));
            Assert.Contains("step 4 could not be written: No space left", e.Message, StringComparison.Ordinal);
            Assert.Contains("checkpoint-000003.safetensors. Make room", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(_folder["run"], "*.tmp"));
        ResumesAt(3);
    }

    [Fact]
    public void May_go_on_where_there_is_room_again()
    {
        using var run = new TinyRun(Method, _options).Do(3);
        run.Run.Checkpoints!.Save = (_, _) => throw new IOException("No space left.");
        Assert.Throws<IOException>(() => run.Do(1));

        run.Run.Checkpoints.Save = AtomicFile.Write;

        Assert.Equal(_expected, run.Do().Hash);
    }

    [Fact]
    public void Keeps_its_last_checkpoint_where_the_loss_is_no_number()
    {
        using (var run = new TinyRun(Method, _options).Do(3))
        {
            using (no_grad()) run.Tensors.Values.First().fill_(double.NaN);
            Assert.Throws<TrainingDivergedException>(() => run.Do(1));
        }

        ResumesAt(3);
    }

    [Fact]
    public void Falls_back_to_the_same_good_numbers_after_a_stop()
    {
        var wild = _options with { LearningRate = 1e30, MaxGradientNorm = null, Schedule = new ConstantSchedule(), MaxSteps = 50 };
        var method = Method with { Start = new RandomStart(), Dropout = 0 };
        using var whole = new TinyRun(method, wild with { CheckpointFolder = null, Resume = false });
        var end = Assert.Throws<TrainingDivergedException>(() => whole.Do());
        new TinyRun(method, wild).Do(end.Step - 1).Dispose();

        using var resumed = new TinyRun(method, wild);

        Assert.Equal(end.Message, Assert.Throws<TrainingDivergedException>(() => resumed.Do()).Message);
        Assert.Equal(whole.Hash, resumed.Hash);
    }

    [Fact]
    public void Keeps_its_last_checkpoint_where_it_is_cancelled()
    {
        using (var run = new TinyRun(Method, _options).Do(3))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => run.Run.Next(new CancellationToken(canceled: true)));
        }

        ResumesAt(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Keeps_its_last_checkpoint_where_a_row_cannot_be_read(int accumulation)
    {
        var options = _options with { GradientAccumulation = accumulation, BatchSize = 2 / accumulation };
        var rows = new TornRows(TinyRun.Rows(11, 5));
        using (var run = new TinyRun(Method, options, rows, TinyRun.Rows(3, 6)).Do(3))
        {
            rows.IsTorn = true;
            var e = Assert.Throws<IOException>(() => run.Do(1));
            Assert.Contains("cannot be read", e.Message, StringComparison.Ordinal);
        }

        rows.IsTorn = false;
        using var whole = new TinyRun(Method, options with { CheckpointFolder = null, Resume = false });
        using var resumed = new TinyRun(Method, options, rows, TinyRun.Rows(3, 6));
        Assert.Equal(3, resumed.Run.Result.Steps.Count);
        Assert.Equal(whole.Do().Hash, resumed.Do().Hash);
    }

    [Theory]
    [InlineData(5000, "out of range")] // a token that the model does not know
    [InlineData(-100, "No label of step 4 is supervised")]
    public void Keeps_its_last_checkpoint_where_a_row_is_bad(int number, string told)
    {
        TokenSequence Row(int i) => i != 6 ? new([i + 2, 3, 4], [i + 2, 3, 4])
            : number < 0 ? new([2, 3, 4], [number, number, number]) : new([2, number, 4], [2, number, 4]);
        var rows = new SequenceRows([.. Enumerable.Range(0, 12).Select(Row)]);
        var options = _options with { Shuffle = false, BatchSize = number < 0 ? 1 : 2, MaxSteps = 12 };
        var step = number < 0 ? 6 : 3;
        using (var run = new TinyRun(Method, options, rows, null).Do(step))
        {
            var before = run.Hash;
            var e = Assert.ThrowsAny<Exception>(() => run.Do(1));
            Assert.Contains(told.Replace("4", $"{step + 1}", StringComparison.Ordinal), e.Message, StringComparison.Ordinal);
            Assert.Equal(before, run.Hash);
        }

        using var resumed = new TinyRun(Method, options, rows, null);
        Assert.Equal(step, resumed.Run.Result.Steps.Count);
    }

    [Fact]
    public void Clears_away_what_a_killed_one_was_writing()
    {
        new TinyRun(Method, _options).Do(3).Dispose();
        File.WriteAllText(Path.Combine(_folder["run"], $".{Guid.NewGuid():N}.tmp"), "half");
        File.WriteAllText(Path.Combine(_folder["run"], "notes.tmp"), "mine");

        ResumesAt(3);

        Assert.Equal("notes.tmp", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(_folder["run"], "*.tmp"))));
    }

    [Fact]
    public void Is_not_let_into_the_folder_of_another()
    {
        using var first = new TinyRun(Method, _options).Do(3);

        var e = Assert.Throws<IOException>(() => new TinyRun(Method, _options));

        Assert.Contains("Another run is using", e.Message, StringComparison.Ordinal);
        Assert.Equal(_expected, first.Do().Hash);
    }

    [Fact]
    public void Locks_nobody_out_once_it_is_dead()
    {
        Directory.CreateDirectory(_folder["run"]);
        File.WriteAllText(Path.Combine(_folder["run"], "checkpoint.lock"), "");

        ResumesAt(0);
    }

    private void ResumesAt(int step)
    {
        using var resumed = new TinyRun(Method, _options);

        Assert.Equal(step, resumed.Run.Result.Steps.Count);
        Assert.Equal(_expected, resumed.Do().Hash);
    }

    /// <summary>Rows that cannot be read for a while.</summary>
    private sealed class TornRows(ITrainingRows below) : ITrainingRows
    {
        public bool IsTorn { get; set; }

        public int Count => below.Count;

        public int TokensOf(int row) => below.TokensOf(row);

        public IEnumerable<int> NumbersOf(int row) => below.NumbersOf(row);

        public TrainingBatch Batch(IReadOnlyList<int> rows, Device device) =>
            IsTorn ? throw new IOException($"Row {rows[0]} cannot be read.") : below.Batch(rows, device);
    }

    private sealed class FullDisk(Stream below, long room) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new UnreachableException();

        public override long Position { get => throw new UnreachableException(); set => throw new UnreachableException(); }

        public override void Flush() => below.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new UnreachableException();

        public override long Seek(long offset, SeekOrigin origin) => throw new UnreachableException();

        public override void SetLength(long value) => throw new UnreachableException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            room -= count;
            if (room < 0) throw new IOException("No space left on device.");
            below.Write(buffer, offset, count);
        }
    }
}
