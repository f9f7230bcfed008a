using PeftIntegrations;
using PeftIntegrations.Data;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace Quickstart;

/// <summary>The example of README.md, which a test keeps equal to the lines between the marks.</summary>
internal static class ReadmeExample
{
    public static async Task Run()
    {
        // <readme>
        await using var model = await PeftModel.LoadAsync("samples/models/stories260K"); // a folder or a .gguf file

        var data = Texts.FromFile("samples/data/romeo-and-juliet.txt");
        var options = new TrainingOptions { MaxSteps = 200, LearningRate = 5e-3, MaxLength = 128 };
        var result = await model.TrainAsync("play", new Lora { Rank = 8 }, data, options);
        Console.WriteLine($"{result.TrainableCount:N0} numbers trained, loss {result.FinalLoss:F2}");

        await foreach (var piece in model.GenerateAsync("Once upon a time", new GenerationOptions { Adapter = "play" }))
        {
            Console.Write(piece);
        }

        await model.SaveAdapterAsync("play", "adapters/play");            // huggingface/peft loads this folder
        await model.LoadAdapterAsync("theirs", "adapters/from-python");   // and this is one that it saved
        await model.MergeAsync("play", "adapters/merged-model");          // a plain Hugging Face model folder
        // </readme>
    }
}
