namespace PeftIntegrations.Data;

/// <summary>A format of texts to continue.</summary>
internal interface ITextFormat : IFileFormat
{
    /// <summary>The examples of a file, none where it is empty.</summary>
    IReadOnlyList<TextExample> Read(string path);
}
