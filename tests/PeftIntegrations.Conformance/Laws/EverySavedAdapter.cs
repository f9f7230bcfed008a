using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>What holds for the files of each registered method.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EverySavedAdapter
{
    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Holds_what_is_trained_once_and_no_tensor_of_the_model(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var folder = new TemporaryFolder();
        var frozen = law.Model.Weights.Values.SelectMany(weight => weight.Stored).Select(tensor => tensor.Handle);

        AdapterFolder.Save(law.Adapter, folder.Path);

        var own = law.Adapter.Tensors;
        using var file = SafeTensorsFile.Open(folder[AdapterFolder.TensorFile]);
        Assert.Equal(own.Count, own.Values.Select(tensor => tensor.Handle).Distinct().Count());
        Assert.Empty(own.Values.Select(tensor => tensor.Handle).Intersect(frozen));
        Assert.All(own.Keys, key => Assert.Matches("^(base_model|prompt_)", key));
        // as peft repeats an embedding
        var saved = file.Tensors.Keys.Where(key => !key.EndsWith(".base_layer.weight", StringComparison.Ordinal));
        Assert.Equal(law.Adapter.Stored.Keys, saved.Order(StringComparer.Ordinal));
        if (law.Adapter.Stored.Keys.SequenceEqual(own.Keys)) // and not what an encoder made
        {
            Assert.Equal(law.Adapter.TrainableCount, own.Keys.Where(key => own[key].requires_grad).Sum(key => Count(file.Tensors[key])));
        }
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Computes_the_same_bit_for_bit_once_loaded(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var folder = new TemporaryFolder();
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);
        var trained = law.Logits();

        AdapterFolder.Save(law.Adapter, folder.Path);
        using var fresh = law.Source.Create();
        using var loaded = AdapterFolder.Load(folder.Path, fresh, LawCase.Methods);
        loaded.Attach();

        Assert.Equal(0, Difference.Max(trained, fresh.Forward(law.Batch)));
        Assert.IsType(law.Method.GetType(), loaded.Method);
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Says_its_method_as_it_was_read(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        var written = MethodFile.Write(law.Adapter, "somewhere/else");

        var read = MethodFile.Read(written, LawCase.Methods, "the file");
        using var again = new Adapter(law.Model, read);

        Assert.Equal(law.Adapter.Stored.Keys, again.Stored.Keys);
        Assert.True(JsonNode.DeepEquals(written, MethodFile.Write(again, null)), "the configuration changed on its way");
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Merges_into_a_plain_model_that_computes_the_same(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var folder = new TemporaryFolder();
        law.Adapter.Attach();
        LawCase.Perturb(law.Adapter);

        if (!law.IsFoldable)
        {
            Assert.Throws<NotSupportedException>(() => ModelFolder.Save(law.Model, folder.Path));
            return;
        }

        ModelFolder.Save(law.Model, folder.Path);
        var (merged, unused) = Pretrained.Load(folder.Path, new LoadOptions { DType = law.Type, Device = TestDevice.Name });
        using var _ = merged;

        Assert.Empty(unused);
        Assert.InRange(Difference.Relative(law.Logits(), merged.Forward(law.Batch)), 0, law.Rounding);
    }

    private static long Count(SafeTensorsEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);
}
