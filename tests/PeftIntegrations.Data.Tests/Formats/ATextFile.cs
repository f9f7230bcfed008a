namespace PeftIntegrations.Data.Tests;

public sealed class ATextFile
{
    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF })]
    public void Is_one_raw_text_without_its_byte_order_mark(byte[] mark)
    {
        using var file = new Scratch(".txt", [.. mark, .. "Zürich\r\n😀"u8]);

        var texts = Texts.FromFile(file.Path);

        Assert.Equal([new TextExample("Zürich\r\n😀")], texts);
    }

    [Theory]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(131_071)]
    public void Is_read_whole_where_a_character_crosses_a_chunk(int before)
    {
        var text = new string('a', before) + "😀é";
        using var file = new Scratch(".txt", text);

        Assert.Equal(text, Texts.FromFile(file.Path)[0].Prompt);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xFF, 0x61 }, "byte 1 (0xFF)")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0xC3 }, "byte 4 (0xC3)")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "byte 0 (0xED)")]
    public void Is_refused_with_the_place_where_it_is_not_UTF_8(byte[] content, string place)
    {
        using var file = new Scratch(".txt", content);

        var error = Assert.Throws<InvalidDataException>(() => Texts.FromFile(file.Path));

        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_with_the_place_far_into_the_file()
    {
        using var file = new Scratch(".txt", [.. Enumerable.Repeat((byte)'a', 200_000), 0xC0]);

        var error = Assert.Throws<InvalidDataException>(() => Texts.FromFile(file.Path));

        Assert.Contains("byte 200000 (0xC0)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".txt")]
    [InlineData(".jsonl")]
    public void Is_refused_when_empty(string extension)
    {
        using var file = new Scratch(extension, "");

        var error = Assert.Throws<InvalidDataException>(() => Texts.FromFile(file.Path));

        Assert.Contains("holds no example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_with_the_known_extensions_when_its_own_is_not()
    {
        var error = Assert.Throws<ArgumentException>(() => Texts.FromFile("x.csv"));

        Assert.Contains("'.csv'", error.Message, StringComparison.Ordinal);
        Assert.Contains(".jsonl, .txt", error.Message, StringComparison.Ordinal);
    }
}
