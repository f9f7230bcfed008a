using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replaces_the_old_file_and_leaves_nothing_else()
    {
        var path = _folder.Write("file", "old and longer"u8);

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Shows_the_old_file_until_the_new_one_is_whole()
    {
        var path = _folder.Write("file", "old"u8);
        var seen = "";

        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            seen = File.ReadAllText(path);
        });

        Assert.Equal("old", seen);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(OutOfMemoryException))]
    public void Keeps_the_old_file_and_removes_the_temporary_one_when_the_writer_throws(Type exception)
    {
        var path = _folder.Write("file", "old"u8);

        Assert.Throws(exception, () => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw (Exception)Activator.CreateInstance(exception)!;
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Keeps_the_old_file_when_the_disk_is_full()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Only Linux has a disk that is always full.");
        var path = _folder.Write("file", "old"u8);

        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write("new"u8);
            full.Flush();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Leaves_nothing_when_the_target_is_a_folder()
    {
        Directory.CreateDirectory(_folder["file"]);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_folder["file"], stream => stream.Write("new"u8)));

        Assert.Equal([_folder["file"]], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Fails_with_an_io_error_where_there_is_no_folder()
    {
        var path = _folder.Write("file", "old"u8);

        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(path, "below"), stream => stream.Write("new"u8)));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(_folder["no/such"], stream => stream.Write("new"u8)));

        Assert.Equal("old", File.ReadAllText(path));
    }
}
