namespace PeftIntegrations.Core;

/// <summary>
/// Operators of libtorch that TorchSharp does not bind, reached by a script, which is compiled when it is first asked for. A call takes
/// some 20 µs. A script that does not compile may end the process: each has a test.
/// </summary>
/// <param name="text">Functions in TorchScript.</param>
internal sealed class TorchScript(string text)
{
    private readonly Lazy<jit.CompilationUnit> _compiled = new(() => jit.compile(text + "\n")); // without a last line's end it does not

    /// <summary>Calls a function that gives a tensor.</summary>
    public Tensor Value(string function, params object[] inputs) => Call(inputs, given => _compiled.Value.invoke<Tensor>(function, given));

    /// <summary>Calls a function for what it does.</summary>
    public void Do(string function, params object[] inputs) => Call(inputs, given => _compiled.Value.invoke(function, given));

    // TorchSharp passes handles on and forgets whose they are: a number's could be collected before libtorch reads it.
    private static T Call<T>(object[] inputs, Func<object[], T> call)
    {
        var given = Array.ConvertAll(inputs, input => input is double number ? number.ToScalar() : input);
        var result = call(given);
        foreach (var number in given.OfType<Scalar>()) number.Dispose();
        GC.KeepAlive(given);
        return result;
    }
}
