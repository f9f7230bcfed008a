using System.Xml.Linq;

namespace PeftIntegrations.Conformance;

/// <summary>A project file: what it references by its own words. What it gets from Directory.Build.props, only MSBuild knows.</summary>
internal sealed record Project(string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public static Project Read(string path) => Parse(path, Repository.Read(path));

    public static Project Parse(string path, string xml)
    {
        var document = XDocument.Parse(xml);
        return new(path, [.. Includes("ProjectReference").Select(NameOf)], [.. Includes("PackageReference")]);

        IEnumerable<string> Includes(string item) => document.Descendants(item).Attributes("Include").Select(a => a.Value);
    }

    private static string NameOf(string reference) => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));
}
