using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PeftIntegrations.Conformance;

/// <summary>What XML documentation must say.</summary>
internal static partial class Summaries
{
    /// <summary>The public types that no part of their declaration summarises.</summary>
    public static IEnumerable<string> Missing(IEnumerable<SourceFile> files) =>
        from declared in Declarations(files)
        where SourceFile.IsPublic(declared.Type)
        group declared by declared.Name into parts
        where parts.All(p => p.Summary.Length == 0)
        select $"{parts.First().Where} {parts.Key} has no <summary>";

    /// <summary>The registered kinds of <paramref name="root"/> whose summary cites no paper.</summary>
    public static IEnumerable<string> WithoutPaper(IEnumerable<SourceFile> files, string root)
    {
        var declarations = Declarations(files).ToList();
        var bases = declarations.ToLookup(d => d.Name, d => d.Bases);
        return
            from declared in declarations
            where IsRegistered(declared.Type) && Derives(declared.Name) && !Paper.IsMatch(declared.Summary)
            select $"{declared.Where} {declared.Name} cites no paper; write arXiv:2106.09685 or a DOI into its summary";

        bool Derives(string name) => bases[name].SelectMany(b => b).Any(b => b == root || (b != name && Derives(b)));
    }

    private static IEnumerable<Declaration> Declarations(IEnumerable<SourceFile> files) =>
        from file in files
        from type in file.Types
        select new Declaration(file.At(type), SourceFile.NameOf(type), type);

    private static bool IsRegistered(MemberDeclarationSyntax type) => type.AttributeLists.SelectMany(l => l.Attributes)
        .Any(a => SimpleName(a.Name) is "RegisteredAs" or "RegisteredAsAttribute");

    private static string SimpleName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax q => q.Right.Identifier.ValueText,
        SimpleNameSyntax s => s.Identifier.ValueText,
        _ => type.ToString(),
    };

    [GeneratedRegex(@"arXiv:(\d{4}\.\d{4,5}|[a-z-]+/\d{7})|\b10\.\d{4,9}/\S")]
    private static partial Regex Paper { get; }

    private sealed record Declaration(string Where, string Name, MemberDeclarationSyntax Type)
    {
        public IEnumerable<string> Bases =>
            Type is BaseTypeDeclarationSyntax { BaseList.Types: var types } ? types.Select(b => SimpleName(b.Type)) : [];

        /// <summary>The summary's words; those of another type count where it says so by inheritdoc.</summary>
        public string Summary => string.Concat(Type.GetLeadingTrivia()
            .Select(t => t.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(d => d.Content).Select(Words)).Trim();

        private static string Words(XmlNodeSyntax node) => node switch
        {
            XmlElementSyntax { StartTag.Name.LocalName.ValueText: "summary" } e => string.Concat(e.Content.ToString().Split("///")),
            XmlEmptyElementSyntax { Name.LocalName.ValueText: "inheritdoc" } e => e.ToString(),
            _ => "",
        };
    }
}
