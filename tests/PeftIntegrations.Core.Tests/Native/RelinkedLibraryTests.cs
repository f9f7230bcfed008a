using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class RelinkedLibraryTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Is_written_once_and_found_again()
    {
        var first = RelinkedLibrary.Cached(_folder["cache"], Content);
        var time = File.GetLastWriteTimeUtc(first!);

        var second = RelinkedLibrary.Cached(_folder["cache"], Content);

        Assert.Equal(first, second);
        Assert.Equal(time, File.GetLastWriteTimeUtc(second!));
        Assert.Equal(Content, File.ReadAllBytes(second!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4999)]
    [InlineData(6000)]
    public void Is_made_again_when_it_was_damaged(int length)
    {
        var path = RelinkedLibrary.Cached(_folder["cache"], Content)!;
        File.WriteAllBytes(path, [.. Content.Concat(Content).Take(length)]);

        RelinkedLibrary.Cached(_folder["cache"], Content);

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Is_made_again_when_one_bit_of_it_has_changed()
    {
        var path = RelinkedLibrary.Cached(_folder["cache"], Content)!;
        File.WriteAllBytes(path, [.. Content[..100], (byte)(Content[100] ^ 1), .. Content[101..]]);

        RelinkedLibrary.Cached(_folder["cache"], Content);

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void Is_not_kept_where_no_folder_can_be_made()
    {
        var path = RelinkedLibrary.Cached(Path.Combine(_folder.Write("file", "text"u8), "cache"), Content);

        Assert.Null(path);
    }
}
