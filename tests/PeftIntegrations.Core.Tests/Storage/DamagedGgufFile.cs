using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class DamagedGgufFile : IDisposable
{
    private static readonly byte[] Four = [0, 0, 0, 0];
    private static readonly byte[] Terabytes = BitConverter.GetBytes(1UL << 42);

    private readonly TemporaryFolder _folder = new();

    private static Dictionary<string, GgufBytes> Files => new()
    {
        ["is not a GGUF file: it begins with 0x04034B50"] = new() { Magic = 0x04034B50 },
        ["is a big-endian GGUF file"] = new() { Version = 0x03000000 },
        ["is a GGUF file of version 1"] = new() { Version = 1 },
        ["is a GGUF file of version 4"] = new() { Version = 4 },
        ["it would have 4398046511104 tensors"] = new() { TensorCount = 1UL << 42 },
        ["it would have 18446744073709551615 metadata values"] = new() { MetadataCount = ulong.MaxValue },
        ["it would have 4398046511104 bytes in a string"] = new GgufBytes().With("s", 8, Terabytes),
        ["it would have 4398046511104 numbers in an array"] = new GgufBytes().With("a", 9, [.. Four, .. Terabytes]),
        ["it would have 4398046511104 items in an array"] = new GgufBytes().With("a", 9, [8, 0, 0, 0, .. Terabytes]),
        ["the metadata 'a' has the unknown type 13"] = new GgufBytes().With("a", 13, new byte[100]),
        ["the metadata 'b' has the unknown type 13"] = new GgufBytes().With("b", 9, [13, 0, 0, 0, .. BitConverter.GetBytes(1UL), 0]),
        ["arrays nested more than 8 deep"] = new GgufBytes().With("a", 9,
            [.. Enumerable.Repeat((byte[])[9, 0, 0, 0, .. BitConverter.GetBytes(1UL)], 10_000).SelectMany(b => b)]),
        ["the metadata key 'k' is there twice"] = new GgufBytes().With("k", 0, 1).With("k", 0, 1),
        ["general.alignment is 0 (UInt32), not a power of two"] = new GgufBytes().With("general.alignment", 4, Four),
        ["general.alignment is 48 (UInt32), not a power of two"] = new GgufBytes().With("general.alignment", 4, 48, 0, 0, 0),
        ["general.alignment is 32 (Byte)"] = new GgufBytes().With("general.alignment", 0, 32),
        ["tensor 'w' has 5 dimensions"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 0, 1, 1, 1, 1, 1),
        ["tensor 'w' has the unknown type 99. Known ones: F32 (0)"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 99, 0, 1),
        ["too many numbers for any file"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 0, 1UL << 62, 4),
        ["has the sizes [0, 18446744073709551615]"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 0, 0, ulong.MaxValue),
        ["Q4_K needs rows of a multiple of 256"] = new GgufBytes { Content = new byte[144] }.Tensor("w", 12, 0, 32, 8),
        ["tensor 'w' begins at 4, not a multiple of 32"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 4, 1),
        ["tensor 'w' ends at byte 132, and the file has 128"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 0, 17),
        ["tensor 'v' ends at byte 18446744073709551652"] = new GgufBytes { Content = new byte[64] }.Tensor("v", 0, ulong.MaxValue - 31, 1),
        ["tensor 'w' is there twice"] = new GgufBytes { Content = new byte[64] }.Tensor("w", 0, 0, 1).Tensor("w", 0, 32, 1),
        ["tensor 'w' begins at byte 128, inside tensor 'v', which ends at 132"] =
            new GgufBytes { Content = new byte[64] }.Tensor("v", 0, 0, 9).Tensor("w", 0, 32, 1),
    };

    public static TheoryData<string> Sentences => [.. Files.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Sentences))]
    public void Is_refused_with_what_is_wrong(string sentence)
    {
        var path = _folder.Write("w.gguf", Files[sentence].Build());

        var error = Assert.Throws<InvalidDataException>(() => GgufFile.Open(path));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_when_cut_off_anywhere()
    {
        var whole = new GgufBytes { Content = new byte[32] }
            .With("a", 8, GgufBytes.Text("text")).With("b", 9, [.. Four, 1, 0, 0, 0, 0, 0, 0, 0, 7]).Tensor("w", 0, 0, 8).Build();
        GgufFile.Open(_folder.Write("whole", whole)).Dispose();

        var accepted = Enumerable.Range(0, whole.Length).Where(length => !Refused(whole[..length])).ToArray();

        Assert.Empty(accepted);
    }

    [Fact]
    public void Is_refused_with_all_problems_in_one_message()
    {
        var bytes = new GgufBytes { Content = new byte[64] }.Tensor("a", 99, 0, 1).Tensor("b", 0, 0, 100).Tensor("c", 12, 0, 1);

        var error = Assert.Throws<InvalidDataException>(() => GgufFile.Open(_folder.Write("w", bytes.Build())));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
    }

    private bool Refused(byte[] content)
    {
        try
        {
            GgufFile.Open(_folder.Write("cut", content)).Dispose();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
