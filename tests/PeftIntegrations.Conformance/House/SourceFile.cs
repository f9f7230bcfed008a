using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PeftIntegrations.Conformance;

/// <summary>A C# file as its author sees it: path, lines and syntax, never its meaning.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.Parse);

    public IReadOnlyList<string> Lines => field ??= Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    public CompilationUnitSyntax Syntax => field ??= SyntaxFactory.ParseCompilationUnit(Text, options: Options);

    /// <summary>The types and delegates, nested ones too. (An extension block is a type to the parser, but has no name.)</summary>
    public IEnumerable<MemberDeclarationSyntax> Types => Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>()
        .Where(m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && NameOf(m).Length > 0);

    public static SourceFile Read(string path) => new(path, Repository.Read(path));

    public static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declared => declared.Identifier.ValueText,
        DelegateDeclarationSyntax declared => declared.Identifier.ValueText,
        _ => "",
    };

    public static bool IsPublic(MemberDeclarationSyntax type) => type.AncestorsAndSelf().OfType<MemberDeclarationSyntax>()
        .Where(m => m is not BaseNamespaceDeclarationSyntax)
        .All(m => m.Modifiers.Any(SyntaxKind.PublicKeyword));

    public static bool IsNested(MemberDeclarationSyntax type) => type.Parent is TypeDeclarationSyntax;

    /// <summary>Where a part begins: <c>src/X.cs:12</c>.</summary>
    public string At(Location part) => $"{Path}:{part.GetLineSpan().StartLinePosition.Line + 1}";

    public string At(SyntaxNode part) => At(part.GetLocation());
}
