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
        await using var model = await PeftModel.LoadAsync("samples/models/stories260K"); // a Hugging Face folder or a .gguf file

        var play = Texts.FromFile("samples/data/romeo-and-juliet.txt");
        var options = new TrainingOptions { MaxSteps = 200, LearningRate = 5e-3, MaxLength = 128 };
        var result = await model.TrainAsync("play", new Lora { Rank = 8 }, play, options);
        Console.WriteLine($"{result.TrainableCount:N0} numbers trained, the loss is {result.FinalLoss:F2}");

        await foreach (var piece in model.GenerateAsync("Once upon a time", new GenerationOptions { Adapter = "play" }))
        {
            Console.Write(piece);
        }

        await model.SaveAdapterAsync("play", "adapters/play"); // huggingface/peft loads it
        await model.LoadAdapterAsync("theirs", "adapters/from-python"); // huggingface/peft saved it
        await model.MergeAsync("play", "adapters/merged"); // a plain Hugging Face model
        // </readme>
    }
}
