namespace PeftIntegrations.Core.Tests;

public sealed class TorchAliasTests
{
    private static readonly byte[]? Libtorch = NativeFolders.OfThisProcess
        .Select(folder => Path.Combine(folder, "libtorch.so")).Where(File.Exists).Select(File.ReadAllBytes).FirstOrDefault();

    [Fact]
    public void Changes_nothing_but_the_librarys_own_name()
    {
        Assert.SkipWhen(Libtorch is null, "Only Linux programs have the library.");

        var alias = TorchAlias.Make(Libtorch, "torch_cpu");

        Assert.NotNull(alias);
        Assert.InRange(Libtorch.Zip(alias).Count(pair => pair.First != pair.Second), 1, sizeof(ulong));
    }

    [Fact]
    public void Is_not_made_for_what_the_library_does_not_need()
    {
        Assert.SkipWhen(Libtorch is null, "Only Linux programs have the library.");

        Assert.Null(TorchAlias.Make(Libtorch, "torch_xpu"));
    }

    [Fact]
    public void Is_not_made_of_what_is_no_library()
    {
        Assert.Throws<InvalidDataException>(() => TorchAlias.Make([.. "not a library"u8, .. new byte[100]], "torch_cpu"));
    }
}
