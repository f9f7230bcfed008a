using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PeftIntegrations.Conformance;

/// <summary>The caps on files, lines, bodies and parameter lists.</summary>
internal static class SourceSizes
{
    private const int Columns = 140, BodyLines = 40, Parameters = 5;

    // The first folder that fits decides.
    private static readonly (string Folder, int Lines)[] Caps =
    [
        ("src/PeftIntegrations.Methods/", 120),
        ("src/PeftIntegrations.Models/Decoders/", 250),
        ("src/PeftIntegrations.Models/Encoders/", 250),
        ("src/PeftIntegrations.Models/EncoderDecoders/", 250),
        ("src/PeftIntegrations.Models/Vision/", 250),
        ("src/", 400),
        ("samples/", 80),
        ("tests/", 500),
    ];

    public static IEnumerable<string> LongFiles(SourceFile file) => Caps
        .Where(c => file.Path.StartsWith(c.Folder, StringComparison.Ordinal)).Take(1)
        .Where(c => file.Lines.Count > c.Lines)
        .Select(c => $"{file.Path} has {file.Lines.Count} lines; in {c.Folder} the cap is {c.Lines}");

    public static IEnumerable<string> WideLines(SourceFile file) => file.Lines.Index()
        .Where(l => l.Item.Length > Columns)
        .Select(l => $"{file.Path}:{l.Index + 1} has {l.Item.Length} columns; the limit is {Columns}");

    public static IEnumerable<string> LongBodies(SourceFile file) =>
        from node in file.Syntax.DescendantNodes()
        let lines = LinesOfBody(node)
        where lines > BodyLines
        select $"{file.At(node)} has a body of {lines} lines; the limit is {BodyLines}";

    public static IEnumerable<string> LongParameterLists(SourceFile file) =>
        from node in file.Syntax.DescendantNodes()
        let count = OwnParameters(node)
        where count > Parameters
        select $"{file.At(node)} has {count} parameters; the limit is {Parameters}, then a record";

    /// <summary>The files above <paramref name="limit"/> lines, unless <paramref name="percent"/> of all keep within it.</summary>
    public static IEnumerable<string> TooOftenLong(IReadOnlyCollection<SourceFile> files, int percent, int limit)
    {
        var longer = files.Where(f => f.Lines.Count > limit).OrderByDescending(f => f.Lines.Count).ToList();
        var allowed = files.Count * (100 - percent) / 100;
        return longer.Count > allowed
            ? longer.Select(f => $"{f.Path} has {f.Lines.Count} lines; {allowed} of {files.Count} files may have more than {limit}")
            : [];
    }

    private static int LinesOfBody(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax m => LinesOf(m.Body, m.ExpressionBody),
        AccessorDeclarationSyntax a => LinesOf(a.Body, a.ExpressionBody),
        LocalFunctionStatementSyntax f => LinesOf(f.Body, f.ExpressionBody),
        PropertyDeclarationSyntax p => LinesOf(null, p.ExpressionBody),
        IndexerDeclarationSyntax i => LinesOf(null, i.ExpressionBody),
        _ => 0,
    };

    private static int LinesOf(BlockSyntax? block, ArrowExpressionClauseSyntax? arrow) => block is not null
        ? Math.Max(0, Span(block) - 2)
        : arrow is not null ? Span(arrow.Expression) : 0;

    private static int Span(SyntaxNode node)
    {
        var at = node.GetLocation().GetLineSpan();
        return at.EndLinePosition.Line - at.StartLinePosition.Line + 1;
    }

    // A signature that somebody else chose (override, interface, native function) is no fault; a record is what a long list should become.
    private static int OwnParameters(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax m when m.ExplicitInterfaceSpecifier is not null || IsGiven(m) => 0,
        // the last of every async method
        BaseMethodDeclarationSyntax m => m.ParameterList.Parameters.Count(p => p.Type?.ToString() != nameof(CancellationToken)),
        LocalFunctionStatementSyntax f => f.ParameterList.Parameters.Count,
        DelegateDeclarationSyntax d => d.ParameterList.Parameters.Count,
        RecordDeclarationSyntax => 0,
        TypeDeclarationSyntax t => t.ParameterList?.Parameters.Count ?? 0,
        _ => 0,
    };

    private static bool IsGiven(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.OverrideKeyword)
        || method.Modifiers.Any(SyntaxKind.ExternKeyword)
        || method.AttributeLists.SelectMany(l => l.Attributes).Any(a => a.Name.ToString().EndsWith("Import", StringComparison.Ordinal));
}
