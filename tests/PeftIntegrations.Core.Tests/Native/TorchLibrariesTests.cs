using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class TorchLibrariesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_the_package_when_libtorch_is_not_there()
    {
        Put("", "LibTorchSharp", "c10", "torch_cpu");

        var error = Assert.Throws<TorchRuntimeException>(() => TorchLibraries.Find([_folder.Path], null));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("reference the package TorchSharp-cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_package_when_the_shim_is_not_there()
    {
        Put("", "c10", "torch_cpu", "torch");

        var error = Assert.Throws<TorchRuntimeException>(() => TorchLibraries.Find([_folder.Path], null));

        Assert.Contains("reference the package TorchSharp in", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lib")]
    [InlineData("torch/lib")]
    public void Finds_the_libtorch_of_another_folder(string below)
    {
        Put("app", "LibTorchSharp", "c10", "torch_cpu", "torch");
        Put(Path.Combine("other", below), "c10", "torch_cpu", "torch");

        var found = TorchLibraries.Find([_folder["app"]], _folder["other"]);

        var expected = Path.GetFullPath(Path.Combine(_folder["other"], below));
        Assert.Equal(expected, Path.GetFullPath(found.Folder).TrimEnd(Path.DirectorySeparatorChar));
        Assert.Equal(Path.Combine(_folder["app"], NativeFolders.FileOf("LibTorchSharp")), found.Shim);
    }

    [Theory]
    [InlineData("lib/../build-version", "2.4.1+cpu\n")]
    [InlineData("torch/version.py", "from typing import Optional\n__version__ = '2.4.1+cu121'\n")]
    public void Refuses_another_version(string note, string text)
    {
        Put("app", "LibTorchSharp", "c10", "torch_cpu", "torch");
        Put(note.StartsWith("lib", StringComparison.Ordinal) ? "other/lib" : "other/torch/lib", "c10", "torch_cpu", "torch");
        File.WriteAllText(Path.Combine(_folder["other"], note), text);

        var error = Assert.Throws<TorchRuntimeException>(() => TorchLibraries.Find([_folder["app"]], _folder["other"]));

        Assert.Contains("which is libtorch 2.4, but this TorchSharp needs 2.10 or 2.11", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_a_version_that_has_all_that_the_shim_asks_for()
    {
        Put("app", "LibTorchSharp", "c10", "torch_cpu", "torch");
        Put("other/torch/lib", "c10", "torch_cpu", "torch");
        File.WriteAllText(_folder["other/torch/version.py"], "__version__ = '2.11.0+cu130'\n");

        var found = TorchLibraries.Find([_folder["app"]], _folder["other"]);

        Assert.True(found.IsOther);
    }

    [Fact]
    public void Names_the_file_that_the_system_refuses()
    {
        Put("", "LibTorchSharp", "c10", "torch_cpu", "torch");

        var error = Assert.Throws<TorchRuntimeException>(TorchLibraries.Find([_folder.Path], null).Load);

        Assert.StartsWith(_folder[NativeFolders.FileOf("c10")] + " cannot be loaded", error.Message, StringComparison.Ordinal);
    }

    private void Put(string below, params string[] names)
    {
        Directory.CreateDirectory(_folder[below]);
        foreach (var name in names) File.WriteAllText(Path.Combine(_folder[below], NativeFolders.FileOf(name)), "not a library");
    }
}
