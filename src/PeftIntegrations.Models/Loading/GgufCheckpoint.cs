using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

internal sealed class GgufCheckpoint(string path) : Checkpoint
{
    public override string Source { get; } = path;
    public override JsonObject Config { get; } = [];
    public override IReadOnlyCollection<string> Names => [];
    public override ScalarType StoredType => ScalarType.Float32;
    public override IReadOnlyList<long>? ShapeOf(string name) => null;
    public override Tensor Read(string name, ScalarType type) => throw new NotSupportedException();
}
