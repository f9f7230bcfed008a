namespace PeftIntegrations.Data;

/// <summary>A format of texts to continue.</summary>
internal interface ITextFormat : IFileFormat
{
    /// <summary>The rows of a file, good and bad, none where it is empty.</summary>
    IEnumerable<ExampleRow<TextExample>> Read(string path);
}
