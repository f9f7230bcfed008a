namespace PeftIntegrations.MLNet.Tests;

public sealed class APoolOfEngines : TinyPipelineTests
{
    [Fact]
    public async Task Answers_many_requests_at_once()
    {
        var model = Fitted();
        var named = model.Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(Data)));
        using var pool = new EnginePool<Letter, Told>(Context, named, most: 3);

        var requests = Enumerable.Range(0, 64).Select(i => pool.PredictAsync(Letters[i % 8], TestContext.Current.CancellationToken));
        var told = await Task.WhenAll(requests);

        Assert.Equal(Enumerable.Range(0, 64).Select(i => Letters[i % 8].Label), told.Select(answer => answer.PredictedLabel));
    }

    [Fact]
    public void Frees_the_model_with_itself()
    {
        var model = Fitted();

        new EnginePool<Letter, Told>(Context, model, most: 1).Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.LastTransformer.Model);
    }

    [Fact]
    public void Is_the_one_of_the_page()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "PeftIntegrations.sln"))) root = Path.GetDirectoryName(root)!;

        var source = File.ReadAllLines(Path.Combine(root, "tests/PeftIntegrations.MLNet.Tests/EnginePool.cs"));
        var code = Between(source, "// <readme>", "// </readme>");
        var page = Between(File.ReadAllLines(Path.Combine(root, "src/PeftIntegrations.MLNet/POOLING.md")), "```csharp", "```");

        Assert.NotEmpty(code);
        Assert.Equal(code, page);
    }

    private static string Between(string[] lines, string first, string last) =>
        string.Join('\n', lines.SkipWhile(line => line != first).Skip(1).TakeWhile(line => line != last));
}
