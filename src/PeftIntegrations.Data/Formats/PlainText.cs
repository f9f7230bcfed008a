namespace PeftIntegrations.Data;

/// <summary><c>.txt</c>: the whole file is one raw text.</summary>
internal sealed class PlainText : ITextFormat
{
    public string Extension => ".txt";

    public IEnumerable<ExampleRow<TextExample>> Read(string path)
    {
        var text = Utf8File.ReadAll(path);
        return text.Length == 0 ? [] : [new(1, new TextExample(text))];
    }
}
