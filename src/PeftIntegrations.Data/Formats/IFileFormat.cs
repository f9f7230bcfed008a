namespace PeftIntegrations.Data;

/// <summary>A file format of data sets. To be found, a kind of it needs only a constructor without parameters.</summary>
internal interface IFileFormat
{
    /// <summary>The extension of its files, such as <c>.jsonl</c>.</summary>
    string Extension { get; }
}
