using System.Diagnostics;
using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class SavingAnAdapter : TinyModelTests
{
    [Fact]
    public async Task Fails_where_the_folder_is_a_file()
    {
        await Train("it");
        await File.WriteAllTextAsync(Place("file"), "mine", Cancellation);

        var e = await Assert.ThrowsAsync<IOException>(() => Save(Place("file")));

        Assert.Contains(Place("file"), e.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Place("file"), Cancellation));
    }

    [Fact]
    public async Task Of_every_number_writes_the_trained_ones_alone()
    {
        await Train("it", new FullFineTuning(), folder: "it");
        var trained = await Model.TrainableCountAsync("it", Cancellation);

        using var file = SafeTensorsFile.Open(Path.Combine(Place("it"), AdapterFolder.TensorFile));

        Assert.Equal(trained, file.Tensors.Values.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size)));
    }

    [Theory]
    [InlineData(AdapterFolder.ConfigFile, AdapterFolder.TensorFile)]
    [InlineData(AdapterFolder.TensorFile, AdapterFolder.ConfigFile)]
    public async Task Changes_neither_file_where_one_cannot_be_written(string blocked, string other)
    {
        await Train("it", folder: "it");
        var before = await Content(other);
        File.Delete(Path.Combine(Place("it"), blocked));
        Directory.CreateDirectory(Path.Combine(Place("it"), blocked));
        await Train("it", new Dora { Rank = 2 });

        var e = await Assert.ThrowsAsync<IOException>(() => Save(Place("it")));

        Assert.Contains(blocked, e.Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Content(other));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(Place("it")).Count());
    }

    [Theory]
    [InlineData("size=4k")] // not even the configuration fits
    [InlineData("size=16k")] // the old files fit, and the new tensors do not
    [InlineData("size=1m,ro")]
    public async Task Leaves_the_old_files_on_a_disk_that_is_full_or_read_only(string options)
    {
        Directory.CreateDirectory(Place("disk"));
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", Place("disk")), "Mounting a small disk takes root.");
        try
        {
            var text = await Train("it");
            await Save(Place("disk/it"));
            Assert.True(Run("mount", "-o", $"remount,{options}", Place("disk")) || options.StartsWith("size=4k", StringComparison.Ordinal));
            await Train("it", new Lora { Rank = 64, Targets = Targets.AllLinear });

            var e = await Assert.ThrowsAsync<IOException>(() => Save(Place("disk/it")));
            await Model.LoadAdapterAsync("again", Place("disk/it"), Cancellation);

            Assert.Contains(options.EndsWith("ro", StringComparison.Ordinal) ? "Read-only" : "space", e.Message, StringComparison.Ordinal);
            Assert.Equal(text, await Continue("again"));
            Assert.Equal(2, Directory.EnumerateFileSystemEntries(Place("disk/it")).Count());
        }
        finally
        {
            Run("umount", "-l", Place("disk"));
        }
    }

    [Fact]
    public async Task Names_the_known_adapters_where_there_is_none_of_that_name()
    {
        await Train("it");

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.SaveAdapterAsync("other", Place("it"), Cancellation));

        Assert.Contains("'other'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Loaded: it.", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Place("it")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/../model/.")]
    public async Task Into_the_models_own_folder_is_refused_when_merging(string written)
    {
        await Train("it");
        var before = await File.ReadAllBytesAsync(Path.Combine(ModelFolder, "model.safetensors"), Cancellation);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.MergeAsync("it", ModelFolder + written, Cancellation));

        Assert.Contains("holds the model itself", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(ModelFolder, "model.safetensors"), Cancellation));
    }

    [Fact]
    public async Task Into_the_models_own_folder_through_a_link_is_refused_when_merging()
    {
        await Train("it");
        Directory.CreateSymbolicLink(Place("link"), ModelFolder);

        await Assert.ThrowsAsync<ArgumentException>(() => Model.MergeAsync("it", Place("link"), Cancellation));
    }

    [Fact]
    public async Task Merged_leaves_the_model_and_its_adapters_as_they_were()
    {
        var (it, other) = (await Train("it"), await Train("other", new Dora { Rank = 2, Targets = Targets.AllLinear }));
        var alone = await Continue();
        await Continue("other");

        await Model.MergeAsync("it", Place("merged"), Cancellation);

        Assert.Equal((alone, it, other), (await Continue(), await Continue("it"), await Continue("other")));
        await using var merged = await PeftModel.LoadAsync(Place("merged"), Plain, Cancellation);
        Assert.Equal(it, (await merged.CompleteAsync([Prompt], new() { MaxNewTokens = 12 }, Cancellation))[0].Text);
        Assert.Empty(merged.UnusedTensors);
    }

    private Task Save(string folder) => Model.SaveAdapterAsync("it", folder, Cancellation);

    private Task<byte[]> Content(string file) => File.ReadAllBytesAsync(Path.Combine(Place("it"), file), Cancellation);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
