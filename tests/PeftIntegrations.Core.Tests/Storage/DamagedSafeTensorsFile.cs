using System.Text;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class DamagedSafeTensorsFile : IDisposable
{
    private const string F32 = """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Headers => new()
    {
        { "[]", "a JSON Array, not an object" },
        { "12345678", "a JSON Number, not an object" },
        { "{", "not JSON text" },
        { "", "not JSON text" },
        { "{} {}", "not JSON text" },
        { "{\"\\ud800\":" + F32 + "}", "not JSON text" },
        { string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000), "not JSON text" },
        { new string('[', 10_000), "not JSON text" },
        { "{\"w\":1}", "tensor 'w' is described by a JSON Number" },
        { "{\"w\":{}}", "tensor 'w' has no dtype." },
        { "{\"w\":{}}", "tensor 'w' has no shape" },
        { "{\"w\":{}}", "tensor 'w' has no data_offsets" },
        { "{\"w\":" + F32 + ",\"w\":" + F32 + "}", "tensor 'w' is there twice" },
        { """{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "tensor 'w' has two fields dtype" },
        { """{"w":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", "tensor 'w' has the unknown dtype 'F31'" },
        { """{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "tensor 'w' has 8 bytes, but F32 [3] take 12 bytes" },
        { """{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "tensor 'w' has no shape" },
        { """{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "tensor 'w' has no shape" },
        { """{"w":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "tensor 'w' has no shape" },
        { """{"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", "tensor 'w' has no shape" },
        { """{"w":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,16],"data_offsets":[0,8]}}""", "do not take a whole" },
        { """{"w":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""", "do not take a whole" },
        { """{"w":{"dtype":"F4","shape":[3],"data_offsets":[0,8]}}""", "do not take a whole" },
        { """{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "the data_offsets [8, 0]" },
        { """{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "has no data_offsets" },
        { """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "has no data_offsets" },
        { """{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "the data_offsets [8, 16], and the file has 8 bytes" },
        { """{"w":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775799,9223372036854775807]}}""", "the file has 8 bytes" },
        { """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the 4 bytes behind tensor 'w' belong to no tensor" },
        { """{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "between the header and tensor 'w', belong to no tensor" },
        { "{}", "the 8 bytes behind the header belong to no tensor" },
        { "{\"v\":" + F32 + ""","w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "inside tensor 'v'" },
        { "{\"v\":" + F32 + ",\"w\":" + F32 + "}", "inside tensor" },
        { "{\"__metadata__\":[],\"w\":" + F32 + "}", "__metadata__ is a JSON Array" },
        { "{\"__metadata__\":{\"a\":1},\"w\":" + F32 + "}", "'a' is a JSON Number, not a string" },
        { "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"},\"w\":" + F32 + "}", "'a' is there twice" },
        { "{\"__metadata__\":{},\"__metadata__\":{},\"w\":" + F32 + "}", "__metadata__ is there twice" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Headers))]
    public void Is_refused_with_what_is_wrong_in_its_header(string json, string sentence)
    {
        var path = _folder.Write("w.safetensors", FileOf(Encoding.UTF8.GetBytes(json)));

        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(path));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(100_000_000UL)]
    [InlineData(17UL)]
    public void Is_refused_when_its_header_would_be_longer_than_the_file_or_the_limit(ulong length)
    {
        var path = _folder.Write("w.safetensors", [.. BitConverter.GetBytes(length), .. "{}"u8, .. new byte[14]]);

        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(path));

        Assert.Contains(length.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_when_cut_off_anywhere()
    {
        var whole = FileOf(Encoding.UTF8.GetBytes("{\"w\":" + F32 + "}"));
        using (SafeTensorsFile.Open(_folder.Write("whole", whole))) { }

        var accepted = Enumerable.Range(0, whole.Length).Where(length => !Refused(whole[..length])).ToArray();

        Assert.Empty(accepted);
    }

    [Fact]
    public void Is_refused_with_all_problems_in_one_message()
    {
        var path = _folder.Write("w", FileOf("""
            {"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]},
             "b":{"dtype":"F32","shape":[3],"data_offsets":[0,8]},
             "c":[]}
            """u8));

        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(path));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_when_a_name_is_not_utf8()
    {
        var json = Encoding.Latin1.GetBytes("{\"\u00ff\u00fe\":" + F32 + "}");

        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(_folder.Write("w", FileOf(json))));

        Assert.Contains("not JSON text", error.Message, StringComparison.Ordinal);
    }

    private static byte[] FileOf(ReadOnlySpan<byte> header) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[8]];

    private bool Refused(byte[] content)
    {
        try
        {
            SafeTensorsFile.Open(_folder.Write("cut", content)).Dispose();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
