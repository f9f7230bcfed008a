using LoadFromPython;
using Microsoft.ML;
using PeftIntegrations;
using PeftIntegrations.MLNet;

// dotnet run -c Release --project samples/LoadFromPython -- [MODEL-FOLDER ADAPTER-FOLDER LABEL,LABEL]
// The bundled adapter was made in Python: get_peft_model(model, LoraConfig(r=8, …, task_type="SEQ_CLS")),
// trained, model.save_pretrained(…).
var bundled = AppContext.BaseDirectory;
var place = args.Length == 3
    ? args
    : [Path.Combine(bundled, "models", "stories260K"), Path.Combine(bundled, "adapters", "sms-spam"), "ham,spam"];

var ml = new MLContext();
using var model = ml.Peft().FromAdapter(place[0], place[1], new PeftAdapterOptions
{
    Labels = place[2].Split(','), // a folder of peft does not name them
    Model = new PeftModelOptions { DType = ScalarType.Float32 },
});

string[] texts = ["WINNER! You have won a prize, call 09061701461 now to claim", "are we still meeting for lunch today?"];
var scored = model.Transform(ml.Data.LoadFromEnumerable(texts.Select(text => new Message { Text = text })));
foreach (var row in ml.Data.CreateEnumerable<Reply>(scored, reuseRowObject: false))
{
    Console.WriteLine($"{string.Join("  ", place[2].Split(',').Zip(row.Score, (label, score) => $"{label} {score:F4}"))}  {row.Text}");
}
