namespace PeftIntegrations.MLNet;

/// <summary>Classifies rows of one text or two.</summary>
internal static class PairedTexts
{
    public static IReadOnlyList<ClassifiedText> Classify(
        PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows, ReadingOptions options) =>
        rows is [{ Length: 2 }, ..]
            ? model.Classify([.. rows.Select(row => (row[0], row[1]))], adapter, options)
            : model.Classify(rows is [[var alone]] ? [alone] : [.. rows.Select(row => row[0])], adapter, options);
}
