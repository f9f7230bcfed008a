using System.Reflection;

namespace PeftIntegrations.MLNet.Tests;

public sealed class ASample : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_text_classification_learns_saves_loads_and_answers()
    {
        var (code, said) = Run("TextClassification", "--zip", _folder["spam.zip"], "--epochs", "1");

        Assert.Equal(0, code);
        Assert.Contains("messages are told right.", said, StringComparison.Ordinal);
        Assert.Contains("PREDICTED", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split('\n').Count(line => line.StartsWith("spam ", StringComparison.Ordinal)
            || line.StartsWith("ham ", StringComparison.Ordinal)));
        Assert.True(File.Exists(_folder["spam.zip"]));
    }

    [Fact]
    public void Of_text_classification_says_what_it_does_not_know()
    {
        var (code, said) = Run("TextClassification", "--colour", "red");

        Assert.Equal(1, code);
        Assert.Contains("not --colour", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_adapter_from_Python_gives_what_Python_gives()
    {
        var (_, said) = Run("LoadFromPython");

        Assert.Contains("ham 0.1015  spam 0.8985  WINNER!", said, StringComparison.Ordinal); // transformers and peft print 0.89849, 0.00091
        Assert.Contains("ham 0.9991  spam 0.0009  are we", said, StringComparison.Ordinal);
    }

    private static (int Code, string Said) Run(string sample, params string[] args)
    {
        var (output, error, said) = (Console.Out, Console.Error, new StringWriter());
        Console.SetOut(said);
        Console.SetError(said);
        try
        {
            return (Assembly.Load(sample).EntryPoint!.Invoke(null, [args]) is int code ? code : 0, said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
