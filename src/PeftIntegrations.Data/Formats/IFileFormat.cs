namespace PeftIntegrations.Data;

/// <summary>
/// A file format of data sets. Implementing a kind of it, with a constructor without parameters, is all it takes to be found.
/// </summary>
internal interface IFileFormat
{
    /// <summary>The extension of its files, such as <c>.jsonl</c>.</summary>
    string Extension { get; }
}
