using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PeftIntegrations.Conformance;

/// <summary>Where tensors are made: what leaves it open is made on the processor, and met on a GPU by those that are there.</summary>
internal static class TensorPlaces
{
    private static readonly HashSet<string> Factories =
    [
        "tensor", "zeros", "ones", "full", "empty", "eye", "arange", "linspace", "logspace", "rand", "randn", "randint", "randperm",
        "from_array", "from_file", "as_tensor", "complex", "polar", "hann_window", "hamming_window",
        "Linear", "LSTM", "Embedding", "Conv1d",
    ];

    /// <summary>The calls that make a tensor, or a module with tensors, and name no device.</summary>
    public static IEnumerable<string> Unnamed(SourceFile file) =>
        from call in file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where Factories.Contains(NameOf(call)) && !NamesDevice(call) && !IsOwn(call)
        select $"{file.At(call)} {NameOf(call)}(…) names no device";

    /// <summary>The name of a function that is called without an object, or on one of torch's classes.</summary>
    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "torch" or "nn" } } member =>
            member.Name.Identifier.ValueText,
        _ => "",
    };

    private static bool NamesDevice(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == "device");

    /// <summary>Whether the type has a function of the name itself.</summary>
    private static bool IsOwn(InvocationExpressionSyntax call) => call.Ancestors().OfType<TypeDeclarationSyntax>()
        .Any(type => type.Members.OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.ValueText == NameOf(call)));
}
