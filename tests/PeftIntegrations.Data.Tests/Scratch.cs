namespace PeftIntegrations.Data.Tests;

/// <summary>A file that is gone when the test is over.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch(string extension, byte[] content) => File.WriteAllBytes(Path += extension, content);

    public Scratch(string extension, string content) : this(extension, System.Text.Encoding.UTF8.GetBytes(content))
    {
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

    public void Dispose() => File.Delete(Path);
}
