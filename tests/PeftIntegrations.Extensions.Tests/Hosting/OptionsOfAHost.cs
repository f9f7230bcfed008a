using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PeftIntegrations.Extensions.Tests;

public sealed class OptionsOfAHost : HostTests
{
    [Fact]
    public async Task Are_read_from_a_section()
    {
        await Train("a");
        var section = Section(new()
        {
            ["Path"] = ModelFolder,
            ["Adapters:a"] = Place("a"),
            ["Device"] = "cpu",
            ["DType"] = "float32",
            ["ChatTemplate"] = Template,
            ["MaxQueuedRequests"] = "7",
            ["PreloadOnStart"] = "true",
            ["Head"] = "CausalLanguageModel",
            ["ReloadAdaptersEvery"] = "00:00:05",
        });
        using var host = Build(services => services.AddPeftModel("it", section).AddPeftChatClient("a"));

        await host.StartAsync(Cancellation);

        Assert.Equal(await Say(Client, "a"), await Say(host.Services.GetRequiredService<IChatClient>()));
    }

    [Theory]
    [InlineData("Path", "/nowhere", "MaxQueuedRequests", "-1", "Device", "tpu", "/nowhere", "MaxQueuedRequests", "Device is none")]
    [InlineData("MaxQueuedRequests", "many", "Adaptors:x", "y", "Adapters:x", "/nowhere", "many", "Adaptors", "Adapter 'x'")]
    [InlineData("DType", "int3", "ChatTemplateFile", "/nowhere.jinja", "Head", "Tail", "DType", "there is no such file", "Tail")]
    [InlineData("ReloadAdaptersEvery", "-1", "PreloadOnStart", "soon", "Device", "", "ReloadAdaptersEvery", "soon", "Device is empty")]
    public async Task With_three_mistakes_name_all_three_at_start(params string[] of)
    {
        Dictionary<string, string?> values = new() { ["Path"] = ModelFolder, ["ChatTemplate"] = Template };
        for (var i = 0; i < 6; i += 2) values[of[i]] = of[i + 1];
        using var host = Build(services => services.AddPeftModel("it", Section(values)));

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.All(of[6..], mistake => Assert.Contains(mistake, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_lack_the_model_or_the_adapter_of_a_client_say_so()
    {
        using var host = Build(services => services.AddPeftModel("it", Section([])).AddPeftChatClient("suport"));

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.Contains("Path is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("a client is registered for the adapter 'suport', and Adapters has none", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_adapters_do_not_fit_are_refused_with_all_of_them()
    {
        foreach (var name in (string[])["a", "b"])
        {
            await Train(name);
            await File.WriteAllTextAsync(Path.Combine(Place(name), "adapter_config.json"), "{}", Cancellation);
        }

        using var host = Build(services =>
            services.AddPeftModel("it", Tiny).AddAdapter("a", Place("a")).AddAdapter("b", Place("b")).PreloadOnStart());

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync(Cancellation));

        Assert.Contains("Adapter 'a'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Adapter 'b'", e.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Section(Dictionary<string, string?> values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Peft:{value.Key}", value.Value))).Build().GetSection("Peft");
}
