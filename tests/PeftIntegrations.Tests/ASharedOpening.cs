using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class ASharedOpening : TinyBertTests
{
    [Fact]
    public async Task Gives_one_model_to_all_that_ask_alike_and_frees_it_last()
    {
        var one = await SharedModel.OpenAsync(Place("model"), Plain with { Labels = ["a", "b"] }, Cancellation);
        var same = await SharedModel.OpenAsync(Place("model") + "/", Plain with { Labels = ["a", "b"] }, Cancellation);
        using var other = await SharedModel.OpenAsync(Place("model"), Plain with { Labels = ["a", "c"] }, Cancellation);
        var model = one.Model;

        Assert.Same(model, same.Model);
        Assert.NotSame(model, other.Model);
        Assert.Equal(2, one.Users);

        one.Dispose();
        one.Dispose();

        Assert.Throws<ObjectDisposedException>(() => one.Model);
        Assert.Equal(1, same.Users);
        Assert.Single(await same.Model.ClassifyAsync(["a"], cancellationToken: Cancellation));
        same.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.ClassifyAsync(["a"], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Fails_for_each_who_asks_and_is_tried_again()
    {
        var path = Place("later");

        await Assert.ThrowsAsync<FileNotFoundException>(() => SharedModel.OpenAsync(path, Plain, Cancellation));
        Testing.TinyBert.Write(path);
        using var model = await SharedModel.OpenAsync(path, Plain, Cancellation);

        Assert.Equal(1, model.Users);
        Assert.NotEqual(SharedModel.NewAdapterName(), SharedModel.NewAdapterName());
    }

    [Fact]
    public async Task Knows_a_model_by_its_files_and_an_adapter_by_its_folder()
    {
        TinyBert.Write(Place("copy"));
        TinyBert.Write(Place("other"), config => config["hidden_act"] = "relu");
        await using var model = await Load(Plain with { Labels = ["a", "b", "c"] });
        await Train(model, LabelledTexts.From([new("x", "a"), new("y", "b")]), Quick with { MaxSteps = 1 });
        await model.SaveAdapterAsync("it", Place("it"), Cancellation);

        var (own, copy, other) = (ModelIdentity.Of(Place("model")), ModelIdentity.Of(Place("copy")), ModelIdentity.Of(Place("other")));
        var card = AdapterCard.Read(Place("it"));

        Assert.True(own.IsSameModel(copy));
        Assert.False(own.IsSameModel(other));
        Assert.Equal(("SEQ_CLS", 3, Place("model")), (card.TaskType, card.Labels, card.BaseModel));
        Assert.Throws<FileNotFoundException>(() => ModelIdentity.Of(Place("nothing")));
        Assert.Throws<FileNotFoundException>(() => AdapterCard.Read(Place("model")));
    }

    [Theory]
    [InlineData(Pooling.FirstToken), InlineData(Pooling.LastToken), InlineData(Pooling.Max)]
    public async Task Pools_and_scales_vectors_as_asked(Pooling pooling)
    {
        await using var mean = await Load();
        await using var model = await Load(Plain with { Head = HeadKind.Embedding, Pooling = pooling, Normalised = true });

        var (usual, asked) = (await Vector(mean), await Vector(model));

        Assert.Equal(1, asked.Sum(x => x * x), 1e-4);
        Assert.InRange(Cosine(usual, asked), -1, 0.9999);

        static async Task<float[]> Vector(PeftModel model) => (await model.EmbedAsync(["a b c"], cancellationToken: Cancellation))[0];
    }
}
