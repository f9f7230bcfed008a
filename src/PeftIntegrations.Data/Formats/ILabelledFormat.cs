namespace PeftIntegrations.Data;

/// <summary>A format of texts with labels.</summary>
internal interface ILabelledFormat : IFileFormat
{
    /// <summary>The rows of a file, good and bad, none where it is empty.</summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    IEnumerable<LabelledRow> Read(string path, LabelledFileOptions options);
}

/// <summary>A row as a file holds it, or what is wrong with it.</summary>
internal readonly record struct LabelledRow(int Line, LabelledText? Text, string? Problem = null);
