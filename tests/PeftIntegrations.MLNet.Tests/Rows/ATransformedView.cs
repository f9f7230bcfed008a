namespace PeftIntegrations.MLNet.Tests;

public sealed class ATransformedView : TinyPipelineTests
{
    private static readonly PeftTextClassificationOptions Once = new() { BaseModel = "", Training = Quick with { MaxSteps = 1 } };

    [Fact]
    public void Asks_the_model_only_when_one_of_its_columns_is_read()
    {
        var model = Fitted(Options with { Training = Once.Training });
        var scored = model.Transform(Data);
        model.Dispose(); // whoever asks it now is told

        var texts = scored.GetColumn<string>("Text").ToArray();
        var moved = Count(scored, "Score");

        Assert.Equal(Letters.Select(letter => letter.Text), texts);
        Assert.Equal(Letters.Length, moved);
        Assert.Throws<ObjectDisposedException>(() => scored.GetColumn<float[]>("Score").Count());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 3)]
    [InlineData(100, 32)]
    public void Keeps_rows_and_ids_in_order_whatever_its_window(int window, int batch)
    {
        using var model = Fitted(Options with { Training = Quick with { MaxSteps = 2, Seed = 5 }, Window = window, BatchSize = batch });
        using var plain = Fitted(Options with { Training = Quick with { MaxSteps = 2, Seed = 5 } });
        var texts = Enumerable.Range(0, 23).Select(
            i => new Letter { Id = i, Text = new string((char)('a' + i), 1 + (i * 7 % 19)), Label = "low" });
        var data = Context.Data.LoadFromEnumerable(texts.ToArray());

        var rows = Read(model.Transform(data));
        var expected = Read(plain.Transform(data));

        Assert.Equal(Enumerable.Range(0, 23), rows.Select(row => row.Id));
        Assert.Equal(Ids(data), rows.Select(row => row.RowId));
        Assert.All(rows.Zip(expected), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
    }

    [Fact]
    public void Gives_each_row_once_to_parallel_cursors()
    {
        using var model = Fitted(Options with { Training = Once.Training, Window = 4 });
        var many = Enumerable.Range(0, 2000).Select(i => new Letter { Id = i, Text = "a", Label = "low" }).ToArray();
        var scored = model.Transform(Context.Data.Cache(Context.Data.LoadFromEnumerable(many)));

        var cursors = scored.GetRowCursorSet([scored.Schema["Id"], scored.Schema["Score"]], 4);
        var seen = cursors.AsParallel().WithDegreeOfParallelism(4).SelectMany(Rows).Order().ToArray();

        Assert.Equal(Enumerable.Range(0, 2000), seen);

        static List<int> Rows(DataViewRowCursor cursor)
        {
            using var own = cursor;
            var (ids, id, score) = (new List<int>(), 0, default(VBuffer<float>));
            var (getId, getScore) = (own.GetGetter<int>(own.Schema["Id"]), own.GetGetter<VBuffer<float>>(own.Schema["Score"]));
            while (own.MoveNext())
            {
                getId(ref id);
                getScore(ref score);
                Assert.Equal(2, score.Length);
                ids.Add(id);
            }

            return ids;
        }
    }

    [Fact]
    public void Is_shuffled_where_its_source_can_be()
    {
        using var model = Fitted(Options with { Training = Once.Training, Window = 3 });
        var rows = Enumerable.Range(0, 50).Select(i => new Letter { Id = i, Text = $"{(char)('a' + (i % 26))}", Label = "low" }).ToArray();
        var data = Context.Data.LoadFromEnumerable(rows);
        var stream = Context.Data.LoadFromEnumerable(rows.Where(_ => true)); // nobody knows its length

        var shuffled = Read(model.Transform(Context.Data.ShuffleRows(data)));
        var expected = Read(model.Transform(data)).ToDictionary(row => row.Id);

        Assert.NotEqual(shuffled.Select(row => row.Id), shuffled.Select(row => row.Id).Order());
        Assert.All(shuffled, row => Assert.Equal(expected[row.Id].Score, row.Score, 1e-4));
        Assert.Equal(stream.CanShuffle, model.Transform(stream).CanShuffle);
    }

    [Fact]
    public void Hands_out_copies()
    {
        using var model = Fitted(Options with { Training = Once.Training });
        var vectors = Context.Data.LoadFromEnumerable(
            [new Vector { Text = "a", Numbers = [1, 2] }, new Vector { Text = "b", Numbers = [3, 4] }]);
        var scored = model.LastTransformer.Transform(vectors);

        using var cursor = scored.GetRowCursor(scored.Schema);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Numbers"]);
        VBuffer<float> mine = default;
        cursor.MoveNext();
        getter(ref mine);
        VBufferEditor.CreateFromBuffer(ref mine).Values[0] = 99;
        VBuffer<float> again = default;
        getter(ref again);

        Assert.Equal(1, again.GetValues()[0]);
    }

    [Fact]
    public void Says_what_was_not_asked_for()
    {
        using var model = Fitted(Options with { Training = Once.Training });
        var scored = model.Transform(Data);
        using var cursor = scored.GetRowCursor([scored.Schema["Text"]]);

        var inactive = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]));
        var mistyped = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(scored.Schema["Text"]));

        Assert.Contains("'Score' was not asked for", inactive.Message, StringComparison.Ordinal);
        Assert.Contains("'Text' holds String", mistyped.Message, StringComparison.Ordinal);
        Assert.Equal(-1, cursor.Position);
    }

    private static int Count(IDataView view, string column)
    {
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var count = 0;
        while (cursor.MoveNext()) Assert.Equal(count++, cursor.Position);
        return count;
    }

    private static List<DataViewRowId> Ids(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var (ids, id, get) = (new List<DataViewRowId>(), default(DataViewRowId), cursor.GetIdGetter());
        while (cursor.MoveNext())
        {
            get(ref id);
            ids.Add(id);
        }

        return ids;
    }

    private static List<(int Id, DataViewRowId RowId, float Score)> Read(IDataView view)
    {
        using var cursor = view.GetRowCursor([view.Schema["Id"], view.Schema["Score"]]);
        var rows = new List<(int, DataViewRowId, float)>();
        var (id, rowId, score) = (0, default(DataViewRowId), default(VBuffer<float>));
        var (getId, getRowId) = (cursor.GetGetter<int>(view.Schema["Id"]), cursor.GetIdGetter());
        var getScore = cursor.GetGetter<VBuffer<float>>(view.Schema["Score"]);
        while (cursor.MoveNext())
        {
            getId(ref id);
            getRowId(ref rowId);
            getScore(ref score);
            rows.Add((id, rowId, score.GetValues()[0]));
        }

        return rows;
    }

    private sealed class Vector
    {
        public string Text { get; set; } = "";

        [VectorType(2)]
        public float[] Numbers { get; set; } = [];
    }
}
