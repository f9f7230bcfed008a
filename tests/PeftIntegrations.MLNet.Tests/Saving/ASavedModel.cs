using System.Diagnostics;
using System.IO.Compression;
using PeftIntegrations.Core;

namespace PeftIntegrations.MLNet.Tests;

public sealed class ASavedModel : TinyPipelineTests
{
    private const string Variable = "PEFT_TEST_ZIP";

    private PeftTextClassificationOptions Short => Options with { Training = Quick with { MaxSteps = 3 } };

    [Fact]
    public async Task Is_loaded_by_another_process()
    {
        using var model = Fitted(Short);
        Context.Model.Save(model, Data.Schema, Place("model.zip"));
        var program = Path.Combine(AppContext.BaseDirectory, "PeftIntegrations.MLNet.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        string[] alone = ["--filter-method", $"*.{nameof(Is_read_alone_in_a_process_of_its_own)}"];
        var start = new ProcessStartInfo(program, alone) { RedirectStandardOutput = true };
        start.Environment[Variable] = Place("model.zip");

        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(child.ExitCode == 0, said);
        Assert.Equal(Format(Scores(model)), await File.ReadAllTextAsync(Place("model.zip.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Is_read_alone_in_a_process_of_its_own()
    {
        var zip = Environment.GetEnvironmentVariable(Variable) ?? "";
        Assert.SkipWhen(zip.Length == 0, $"It is started by {nameof(Is_loaded_by_another_process)}.");

        File.WriteAllText($"{zip}.txt", Format(Scores(new MLContext().Model.Load(zip, out _))));
    }

    [Fact]
    public void Is_loaded_twice_in_one_process()
    {
        using var model = Fitted(Short);
        Context.Model.Save(model, Data.Schema, Place("model.zip"));

        var (one, two) = (new MLContext().Model.Load(Place("model.zip"), out _), new MLContext().Model.Load(Place("model.zip"), out _));

        Assert.Equal(Format(Scores(model)), Format(Scores(one)));
        Assert.Equal(Format(Scores(model)), Format(Scores(two)));
        Assert.Equal(Format(Scores(model)), Format(Scores(one)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(512)]
    [InlineData(600)]
    [InlineData(4096)]
    public void Carries_its_classes(int classes)
    {
        var rows = Enumerable.Range(0, classes).Select(i => new Letter { Id = i, Text = $"a {i}", Label = $"class {i}" }).ToArray();
        var data = Context.Data.LoadFromEnumerable(rows);
        using var model = Context.Transforms.Conversion.MapValueToKey("Label")
            .Append(Context.Peft().TextClassification(Short with { Training = Quick with { MaxSteps = 1 } })).Fit(data);
        var some = Context.Data.TakeRows(data, 3);
        Context.Model.Save(model, data.Schema, Place("model.zip"));

        var loaded = new MLContext().Model.Load(Place("model.zip"), out _);
        var (before, after) = (model.Transform(some), loaded.Transform(some));

        Assert.Equal(before.Schema["Score"].Type, after.Schema["Score"].Type);
        Assert.Equal(before.Schema["PredictedLabel"].Type, after.Schema["PredictedLabel"].Type);
        Assert.Equal(before.GetColumn<uint>("PredictedLabel"), after.GetColumn<uint>("PredictedLabel"));
        Assert.Equal(Names(before.Schema["PredictedLabel"]), Names(after.Schema["PredictedLabel"]));
        Assert.Equal(Format([.. before.GetColumn<float[]>("Score")]), Format([.. after.GetColumn<float[]>("Score")]));
    }

    [Fact]
    public void Keeps_what_keys_stand_for()
    {
        var data = Context.Data.LoadFromEnumerable(Letters.Select(letter => new { letter.Text, Label = letter.Id < 4 ? 7 : 3 }));
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Peft().TextClassification(Options))
            .Append(Context.Transforms.Conversion.MapKeyToValue("Number", "PredictedLabel"));
        var model = pipeline.Fit(data);
        Context.Model.Save(model, data.Schema, Place("model.zip"));

        var loaded = new MLContext().Model.Load(Place("model.zip"), out _);

        int[] expected = [7, 7, 7, 7, 3, 3, 3, 3];
        Assert.Equal(expected, model.Transform(data).GetColumn<int>("Number"));
        Assert.Equal(expected, loaded.Transform(data).GetColumn<int>("Number"));
    }

    [Fact]
    public void Is_loaded_typed_wherever_it_was_in_the_chain()
    {
        using var model = Fitted(Short);
        var chain = model.Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(Data)));
        Context.Model.Save(chain, Data.Schema, Place("model.zip"));

        using var loaded = (TransformerChain<ITransformer>)Context.Peft().LoadModel(Place("model.zip"), out var schema, options: Plain);
        var typed = PlainModel.AdaptedIn(loaded).ToArray();

        Assert.Equal(3, schema?.Count);
        Assert.Equal(["low", "high"], Assert.IsType<PeftTextClassificationTransformer>(Assert.Single(typed)).Labels);
        Assert.Same(model.LastTransformer.Model, typed[0].Model);
        Assert.Equal(Format(Scores(model)), Format(Scores(loaded)));
    }

    [Fact]
    public void Puts_a_large_adapter_beside_the_zip()
    {
        using var model = Fitted(Short);
        Directory.CreateDirectory(Place("one"));
        Context.Peft().SaveModel(model, Data.Schema, Path.Combine(Place("one"), "model.zip"), embedUpTo: 100);

        var plain = Scores(new MLContext().Model.Load(Path.Combine(Place("one"), "model.zip"), out _));
        Directory.Move(Place("one"), Place("two"));
        using var moved = (TransformerChain<ITransformer>)Context.Peft().LoadModel(Path.Combine(Place("two"), "model.zip"), out _);
        var scores = Scores(moved);
        File.AppendAllText(Path.Combine(Place("two"), "model.adapter", AdapterFolder.TensorFile), "x");
        var e = Assert.Throws<FileNotFoundException>(() => Context.Peft().LoadModel(Path.Combine(Place("two"), "model.zip"), out _));

        Assert.Equal(Format(Scores(model)), Format(plain));
        Assert.Equal(Format(Scores(model)), Format(scores));
        Assert.Contains("model.adapter: it is another one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_its_base_model_beside_the_zip_or_where_it_is_told()
    {
        using (var model = Fitted(Short)) Context.Peft().SaveModel(model, Data.Schema, Place("model.zip"));
        Directory.CreateDirectory(Place("elsewhere"));
        Directory.Move(BaseModel, Place("elsewhere/model"));

        var missing = Assert.Throws<FileNotFoundException>(() => Context.Peft().LoadModel(Place("model.zip"), out _));
        using var told = (IDisposable)Context.Peft().LoadModel(Place("model.zip"), out _, Place("elsewhere/model"));
        File.Move(Place("model.zip"), Place("elsewhere/model.zip"));
        using var beside = (IDisposable)Context.Peft().LoadModel(Place("elsewhere/model.zip"), out _);

        Assert.Contains("'model'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", missing.Message, StringComparison.Ordinal);
        Assert.Contains("PEFT_MODELS", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"{BaseModel}: no model there", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_looked_for_where_a_variable_points_when_it_is_nowhere_else()
    {
        const string variable = "PEFT_MODELS";
        using (var model = Fitted(Short)) Context.Model.Save(model, Data.Schema, Place("model.zip"));
        Directory.CreateDirectory(Place("models"));
        Directory.Move(BaseModel, Place("models/model"));
        var before = Environment.GetEnvironmentVariable(variable);
        try
        {
            Environment.SetEnvironmentVariable(variable, Place("models"));
            Assert.Equal(Letters.Length, Scores(new MLContext().Model.Load(Place("model.zip"), out _)).Length);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Fact]
    public void Refuses_a_base_model_that_has_changed()
    {
        using (var model = Fitted(Short)) Context.Model.Save(model, Data.Schema, Place("model.zip"));
        TinyBert.Write(BaseModel, config => config["layer_norm_eps"] = 0.5);

        var e = Assert.ThrowsAny<Exception>(() => Scores(new MLContext().Model.Load(Place("model.zip"), out _)));
        var typed = Assert.Throws<FileNotFoundException>(() => Context.Peft().LoadModel(Place("model.zip"), out _));

        Assert.Contains("another model, or this one changed", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("another model, or this one changed", typed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_when_damaged()
    {
        using var model = Fitted(Short);
        Context.Model.Save(model, Data.Schema, Place("model.zip"));
        var bytes = File.ReadAllBytes(Place("model.zip"));
        File.WriteAllBytes(Place("half.zip"), bytes[..(bytes.Length / 2)]);

        var half = Assert.Throws<InvalidDataException>(() => Context.Peft().LoadModel(Place("half.zip"), out _));
        var state = Assert.Throws<InvalidDataException>(() => SavedTask.Parse("{\"Format\":1"));
        var newer = Assert.Throws<InvalidDataException>(() => SavedTask.Parse("{\"Format\":2}"));

        Assert.Contains("half.zip is damaged", half.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", state.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tolerates_entries_of_others_in_its_zip()
    {
        using var model = Fitted(Short);
        Context.Model.Save(model, Data.Schema, Place("model.zip"));
        using (var zip = ZipFile.Open(Place("model.zip"), ZipArchiveMode.Update)) zip.CreateEntry("note.txt");

        Assert.Equal(Format(Scores(model)), Format(Scores(new MLContext().Model.Load(Place("model.zip"), out _))));
    }

    private static string[] Names(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private float[][] Scores(ITransformer model) => [.. model.Transform(Data).GetColumn<float[]>("Score")];

    private static string Format(float[][] scores) => string.Join(' ', scores.SelectMany(row => row).Select(score => $"{score:F4}"));
}
