using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Testing;

/// <summary>A random BERT of a few thousand numbers, as a Hugging Face folder with a word-piece tokenizer of letters.</summary>
public static class TinyBert
{
    /// <summary>Longest text it reads, in tokens.</summary>
    public const int Context = 32;

    private const string Prefix = "bert.";

    private static readonly string[] Tokens =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
        .. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}"),
        .. Enumerable.Range('a', 26).Select(letter => $"##{(char)letter}"),
    ];

    /// <summary>Writes the bare model, and gives the folder's path.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    /// <param name="config">Changes the configuration before the weights are made.</param>
    public static string Write(string folder, Action<JsonObject>? config = null)
    {
        var settings = Config();
        config?.Invoke(settings);
        // a bare model asks for no pooler
        return Write(folder, settings, "BertForSequenceClassification", name => name.StartsWith(Prefix, StringComparison.Ordinal)
            ? name[Prefix.Length..] : null);
    }

    /// <summary>Writes the model with a head that guesses hidden tokens, and gives the folder's path.</summary>
    public static string WriteMasked(string folder)
    {
        var settings = Config();
        settings["architectures"] = new JsonArray("BertForMaskedLM");
        return Write(folder, settings, "BertForMaskedLM", name => name);
    }

    private static string Write(string folder, JsonObject settings, string made, Func<string, string?> keep)
    {
        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        var whole = settings.DeepClone().AsObject();
        whole["architectures"] = new JsonArray(made);
        using var checkpoint = new RandomCheckpoint(whole, seed: 3);
        var kept = from name in checkpoint.Names.Order(StringComparer.Ordinal)
                   let own = keep(name)
                   where own is not null
                   select (Name: name, Own: own);

        Directory.CreateDirectory(folder);
        JsonFile.Write(Path.Combine(folder, "config.json"), settings);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Tokens);
        var tensors = kept.ToDictionary(pair => pair.Own, pair => checkpoint.Read(pair.Name, ScalarType.Float32));
        SafeTensorsFile.Write(Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        return folder;
    }

    private static JsonObject Config() => new()
    {
        ["architectures"] = new JsonArray("BertModel"),
        ["model_type"] = "bert",
        ["hidden_size"] = 16,
        ["intermediate_size"] = 24,
        ["num_hidden_layers"] = 2,
        ["num_attention_heads"] = 4,
        ["vocab_size"] = Tokens.Length,
        ["type_vocab_size"] = 2,
        ["max_position_embeddings"] = Context,
        ["pad_token_id"] = 0,
    };
}
