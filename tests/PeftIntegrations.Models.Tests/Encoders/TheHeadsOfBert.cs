using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class TheHeadsOfBert : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("BertModel", typeof(EmbeddingHead), new long[] { 2, 32 })]
    [InlineData("BertForMaskedLM", typeof(MaskedLanguageModelHead), new long[] { 2, 3, 64 })]
    [InlineData("BertForSequenceClassification", typeof(FirstTokenClassifier), new long[] { 2, 3 })]
    [InlineData("BertForTokenClassification", typeof(TokenClassifier), new long[] { 2, 3, 3 })]
    [InlineData("BertForQuestionAnswering", typeof(SpanHead), new long[] { 2, 3, 2 })]
    public void Are_those_of_the_checkpoints_class_and_use_all_of_its_tensors(string name, Type head, long[] scores)
    {
        using var model = Of(name); // which throws where a tensor is not used

        Assert.IsType(head, model.Head);
        Assert.Equal(scores, model.Forward(new(tensor(new long[] { 2, 5, 3, 2, 6, 3 }, [2, 3]))).shape);
    }

    [Fact]
    public void Share_the_words_where_they_name_hidden_ones()
    {
        using var model = Of("BertForMaskedLM");

        Assert.True(model.HeadIsTied);
        Assert.Same(model.Weights["bert.embeddings.word_embeddings.weight"], model.Weights["cls.predictions.decoder.weight"]);
        Assert.Equal(64, model.Head.Output!.BiasLength);
    }

    [Fact]
    public void Name_no_next_token()
    {
        var e = Assert.Throws<InvalidDataException>(() => Of("BertLMHeadModel"));

        Assert.Contains("no next-token head", e.Message, StringComparison.Ordinal);
        Assert.Contains("Take a decoder", e.Message, StringComparison.Ordinal);
    }

    private static PretrainedModel Of(string name) =>
        new TinyModel("bert") { Changes = new JsonObject { ["architectures"] = new JsonArray(name) } }.Create();
}
