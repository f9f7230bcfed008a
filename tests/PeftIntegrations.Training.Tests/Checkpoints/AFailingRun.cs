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
