using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>How the Python peer is asked.</summary>
internal static class Peer
{
    // Without P4's texts one after another, which take longer than all else, and in bf16 only where the processor computes it: elsewhere
    // a step takes minutes.
    private const string Source = """
        import sys
        path, kind = sys.argv[1] + '/peer.py', sys.argv[2]
        sys.argv = [path] + sys.argv[3:]
        source = open(path).read().replace('"one_by_one", ', '')
        if kind == 'Float32': source = source.replace('torch.bfloat16', 'torch.float32')

        """;

    private const string Main = Source + "exec(compile(source, path, 'exec'), {'__name__': '__main__'})";

    /// <summary>The arguments of <c>run</c> for a figure of <c>peer.py</c>.</summary>
    public static string[] Figure(string peers, params IEnumerable<string> arguments) => Script(Main, peers, arguments);

    /// <summary>The arguments of <c>run</c> for a script that finds <c>peer.py</c>'s functions in <c>peer</c>.</summary>
    public static string[] Functions(string script, string peers, params IEnumerable<string> arguments) =>
        Script(Source + "peer = {'__name__': 'peer'}\nexec(compile(source, path, 'exec'), peer)\n" + script, peers, arguments);

    private static string[] Script(string text, string peers, IEnumerable<string> arguments) =>
        ["-c", text, peers, $"{Devices.FastType(TestDevice.Current)}", .. arguments];
}
