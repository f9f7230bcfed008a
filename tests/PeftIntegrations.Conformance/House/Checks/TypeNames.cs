using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PeftIntegrations.Conformance;

/// <summary>What types and their files may be called.</summary>
internal static class TypeNames
{
    private static readonly string[] Forbidden = ["Utils", "Helper", "Manager", "Common", "Base", "Impl", "Info", "Data"];

    public static IEnumerable<string> ForbiddenSuffixes(SourceFile file) =>
        from type in file.Types
        let name = SourceFile.NameOf(type)
        from suffix in Forbidden
        where name.EndsWith(suffix, StringComparison.Ordinal)
        select $"{file.At(type)} {name} ends in {suffix}; name what the type knows";

    public static IEnumerable<string> Regions(SourceFile file) => file.Syntax.DescendantTrivia(descendIntoTrivia: true)
        .Where(t => t.IsKind(SyntaxKind.RegionDirectiveTrivia))
        .Select(t => $"{file.At(t.GetLocation())} opens a #region; make the part a type, or leave it plain");

    /// <summary>More than one public type in the file, or a file that is not called as its type is.</summary>
    public static IEnumerable<string> Misfiled(SourceFile file)
    {
        var stem = Path.GetFileName(file.Path).Split('.', '{')[0]; // a generic twin stands in Name{T}.cs
        var types = file.Types.Where(t => !SourceFile.IsNested(t)).ToLookup(SourceFile.IsPublic, SourceFile.NameOf);
        var shown = types[true].Distinct().ToList();
        if (shown.Count > 1) return [$"{file.Path} holds {string.Join(", ", shown)}; one public type a file"];

        var isProgram = file.Syntax.Members.Any(m => m is GlobalStatementSyntax);
        var names = shown.Count > 0 ? shown : [.. types[false].Distinct()];
        return names.Count == 0 || isProgram || names.Contains(stem)
            ? []
            : [$"{file.Path} is not named for its type, {string.Join(", ", names)}"];
    }
}
