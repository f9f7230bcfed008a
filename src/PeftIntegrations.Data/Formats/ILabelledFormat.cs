namespace PeftIntegrations.Data;

/// <summary>A format of texts with labels.</summary>
internal interface ILabelledFormat : IFileFormat
{
    /// <summary>The rows of a file, good and bad, none where it is empty.</summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    IEnumerable<ExampleRow<LabelledText>> Read(string path, LabelledFileOptions options);
}
