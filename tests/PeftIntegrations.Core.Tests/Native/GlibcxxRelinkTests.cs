using System.Text;

namespace PeftIntegrations.Core.Tests;

public sealed class GlibcxxRelinkTests
{
    private static readonly byte[]? Shim = NativeFolders.OfThisProcess
        .Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).Where(File.Exists).Select(File.ReadAllBytes).FirstOrDefault();

    [Fact]
    public void Changes_a_name_a_version_and_a_flag_of_the_library_and_nothing_else()
    {
        Assert.SkipWhen(Shim is null, "Only Linux programs have the library.");

        var relinked = GlibcxxRelink.Apply(Shim);

        var text = Encoding.Latin1.GetString(relinked);
        Assert.Equal(Shim.Length, relinked.Length);
        Assert.Contains("_ZNSt8ios_base4InitC1Ev\0", text, StringComparison.Ordinal);
        Assert.InRange(Shim.Zip(relinked).Count(pair => pair.First != pair.Second), 1, 29 + 2 + 2);
    }

    [Fact]
    public void Refuses_a_library_that_was_relinked_already()
    {
        Assert.SkipWhen(Shim is null, "Only Linux programs have the library.");

        var error = Assert.Throws<InvalidDataException>(() => GlibcxxRelink.Apply(GlibcxxRelink.Apply(Shim)));

        Assert.Contains("does not use _ZSt21ios_base_library_initv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_no_library()
    {
        Assert.Throws<InvalidDataException>(() => GlibcxxRelink.Apply([]));
        Assert.Throws<InvalidDataException>(() => GlibcxxRelink.Apply([.. "#!/bin/sh\n"u8, .. new byte[100]]));
        Assert.Throws<InvalidDataException>(() => GlibcxxRelink.Apply([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, .. new byte[100]]));
    }

    [Fact]
    public void Relinks_or_refuses_a_damaged_library()
    {
        Assert.SkipWhen(Shim is null, "Only Linux programs have the library.");
        var random = new Random(1);

        for (var i = 0; i < 100; i++)
        {
            var damaged = Shim[..random.Next(Shim.Length)];
            for (var j = 0; j < 20 && damaged.Length > 0; j++)
            {
                // Mostly near the start: the file's header and the tables of versions are there.
                damaged[random.Next(Math.Min(damaged.Length, 1 << random.Next(1, 21)))] = (byte)random.Next(256);
            }

            var whole = (byte[])[.. damaged, .. Shim.AsSpan(damaged.Length)];

            Assert.Null(Record.Exception(() => Attempt(damaged)));
            Assert.Null(Record.Exception(() => Attempt(whole)));
        }
    }

    private static void Attempt(byte[] library)
    {
        try
        {
            GlibcxxRelink.Apply(library);
        }
        catch (InvalidDataException)
        {
        }
    }
}
