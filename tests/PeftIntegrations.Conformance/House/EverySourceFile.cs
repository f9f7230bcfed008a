namespace PeftIntegrations.Conformance;

public sealed class EverySourceFile
{
    [Fact]
    public void Keeps_within_the_lines_of_its_folder() =>
        Rule.Holds("A file is short enough to read at once", Repository.Sources.SelectMany(SourceSizes.LongFiles));

    [Fact]
    public void Keeps_within_the_columns() =>
        Rule.Holds("A line fits the screen", Repository.Sources.SelectMany(SourceSizes.WideLines));

    [Fact]
    public void Has_bodies_that_fit_the_screen() =>
        Rule.Holds("A body fits the screen", Repository.Sources.SelectMany(SourceSizes.LongBodies));

    [Fact]
    public void Has_parameter_lists_that_can_be_remembered() =>
        Rule.Holds("A parameter list can be remembered", Repository.Sources.SelectMany(SourceSizes.LongParameterLists));

    [Theory]
    [InlineData(50, 80)]
    [InlineData(90, 200)]
    public void Is_mostly_short(int percent, int lines) => Rule.Holds(
        $"Of the library's files {percent} % have at most {lines} lines",
        SourceSizes.TooOftenLong([.. Repository.SourcesIn("src")], percent, lines));

    [Fact]
    public void Names_types_for_what_they_know() =>
        Rule.Holds("A type's name says what it knows", Repository.Sources.SelectMany(TypeNames.ForbiddenSuffixes));

    [Fact]
    public void Is_named_for_its_one_public_type() =>
        Rule.Holds("File = type", Repository.Sources.SelectMany(TypeNames.Misfiled));

    [Fact]
    public void Folds_nothing_away() =>
        Rule.Holds("There is no #region", Repository.Sources.SelectMany(TypeNames.Regions));

    [Fact]
    public void Summarises_its_public_types() =>
        Rule.Holds("XML documentation is the manual", Summaries.Missing(Repository.SourcesIn("src")));

    [Fact]
    public void Cites_the_paper_of_the_method_it_registers() =>
        Rule.Holds("A method says where it comes from", Summaries.WithoutPaper(Repository.SourcesIn("src"), "PeftMethod"));

    [Fact]
    public void Says_where_it_makes_a_tensor() =>
        Rule.Holds("A tensor is made where the others are", Repository.SourcesIn("src").SelectMany(TensorPlaces.Unnamed));
}
