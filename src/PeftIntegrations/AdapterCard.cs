namespace PeftIntegrations;

/// <summary>What an adapter's folder says of itself, without a model.</summary>
/// <param name="TaskType">Hugging Face's name of the task it was trained for, such as <c>SEQ_CLS</c>; null where it says none.</param>
/// <param name="BaseModel">The model it was made for, as it was written; null where it says none.</param>
/// <param name="Labels">How many labels its own head has; null where it brings no head along.</param>
public sealed record AdapterCard(string? TaskType, string? BaseModel, int? Labels)
{
    private static readonly string[] Heads =
        [".classifier.weight", ".score.weight", ".classifier.modules_to_save.weight", ".score.modules_to_save.weight"];

    /// <summary>Reads the two files of an adapter's folder.</summary>
    /// <exception cref="FileNotFoundException">A file is missing, so it is no adapter's folder.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static AdapterCard Read(string folder)
    {
        var (config, tensors) = (Path.Combine(folder, AdapterFolder.ConfigFile), Path.Combine(folder, AdapterFolder.TensorFile));
        if (!File.Exists(config))
        {
            throw new FileNotFoundException($"{folder} has no {AdapterFolder.ConfigFile}, so it is not an adapter's folder.", config);
        }

        var stated = JsonFile.Read(config);
        return new(stated["task_type"]?.ToString(), stated["base_model_name_or_path"]?.ToString(), LabelsOf(tensors));
    }

    private static int? LabelsOf(string path)
    {
        if (!File.Exists(path)) return null; // loading it says what is wrong

        using var file = SafeTensorsFile.Open(path);
        var head = file.Tensors.FirstOrDefault(tensor => Heads.Any(name => tensor.Key.EndsWith(name, StringComparison.Ordinal)));
        return head.Value is { Shape: [var labels, _] } ? (int)labels : null;
    }
}
