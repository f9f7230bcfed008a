namespace PeftIntegrations.Data;

/// <summary>A file format of data sets. Implementing it, with a constructor without parameters, is all it takes to be found.</summary>
internal interface ITextFormat
{
    /// <summary>The extension of its files, such as <c>.jsonl</c>.</summary>
    string Extension { get; }

    /// <summary>The examples of a file, none where it is empty.</summary>
    IReadOnlyList<TextExample> Read(string path);
}
