using Microsoft.ML;
using Microsoft.ML.Runtime;
using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.MLNet;
using PeftIntegrations.Training;
using TextClassification;

// dotnet run -c Release --project samples/TextClassification -- [--model FOLDER] [--data FILE.tsv] [--zip FILE.zip] [--epochs NUMBER]
var given = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
string[] unknown = [.. given.Keys.Except(["--model", "--data", "--zip", "--epochs"])];
if (unknown.Length > 0 || args.Length % 2 != 0)
{
    var wrong = unknown.Length > 0 ? $", not {unknown[0]}" : "";
    Console.Error.WriteLine($"Give --model, --data, --zip or --epochs with a value each{wrong}.");
    return 1;
}

var bundled = Path.Combine(AppContext.BaseDirectory, "models", "stories260K"); // 1 MB: it learns in seconds, and MiniLM better
var folder = given.GetValueOrDefault("--model", bundled);
var file = given.GetValueOrDefault("--data", Path.Combine(AppContext.BaseDirectory, "data", "sms-spam.tsv"));
var zip = given.GetValueOrDefault("--zip", "sms-spam.zip");
var isBundled = folder == bundled;
if (isBundled) TorchRuntime.Threads = 1; // a tiny model's threads would only wait for each other

var opening = new PeftModelOptions { DType = isBundled ? ScalarType.Float32 : null };
var training = new TrainingOptions
{
    Epochs = int.Parse(given.GetValueOrDefault("--epochs", "3")), // of all 5,574 messages one will do
    BatchSize = 8,
    LearningRate = isBundled ? 4e-3 : 1e-3,
    MaxLength = 128,
};

// <readme>
var ml = new MLContext(seed: 1);
ml.Log += (_, e) => { if (e is { Source: "Peft; Fit", Kind: ChannelMessageKind.Info }) Console.WriteLine(e.RawMessage); };
var data = ml.Data.TrainTestSplit(ml.Data.LoadFromTextFile<Message>(file, hasHeader: true), testFraction: 0.2);

var method = new Lora { Rank = 8, Targets = Targets.AllLinear };
var options = new PeftTextClassificationOptions { BaseModel = folder, Model = opening, Method = method, Training = training };
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Peft().TextClassification(options with { Sentence1ColumnName = "Text" }))
    .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
var model = pipeline.Fit(data.TrainSet);

var metrics = ml.MulticlassClassification.Evaluate(model.Transform(data.TestSet));
ml.Model.Save(model, data.TrainSet.Schema, zip);
// </readme>

Console.WriteLine($"\n{metrics.MicroAccuracy:P1} of {Count(data.TestSet)} messages are told right.");
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

var fresh = new MLContext();
var loaded = fresh.Model.Load(zip, out _); // plain ML.NET, as in another program
using var engine = fresh.Model.CreatePredictionEngine<Message, Reply>(loaded);
foreach (var text in new[] { "WINNER! You have won a prize, call 09061701461 now to claim", "are we still meeting for lunch today?" })
{
    var reply = engine.Predict(new() { Text = text });
    Console.WriteLine($"{reply.Answer,-5} {reply.Score.Max():P0}  {text}");
}

return 0;

long Count(IDataView view) => ml.Data.CreateEnumerable<Message>(view, reuseRowObject: true).LongCount();
