namespace PeftIntegrations.Data;

/// <summary>A format of texts with tagged words.</summary>
internal interface ITaggedFormat : IFileFormat
{
    /// <summary>The texts of a file, good and bad, none where it is empty.</summary>
    IEnumerable<ExampleRow<TaggedText>> Read(string path);
}

internal sealed class ConllLines : ITaggedFormat
{
    public string Extension => ".conll";

    public IEnumerable<ExampleRow<TaggedText>> Read(string path)
    {
        var (words, tags) = (new List<string>(), new List<string>());
        foreach (var (index, line) in Utf8File.ReadLines(path).Append("").Index())
        {
            var columns = line.Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 1)
            {
                words.Add(columns[0]);
                tags.Add(columns[1]);
            }
            else if (columns.Length == 1)
            {
                yield return new(index + 1, null, $"'{columns[0]}' has no tag. Write it behind a tab.");
            }
            else if (words.Count > 0)
            {
                yield return new(index + 1, new([.. words], [.. tags]));
                words.Clear();
                tags.Clear();
            }
        }
    }
}
