namespace PeftIntegrations;

/// <summary>What the scores of a classifier mean: Hugging Face's <c>problem_type</c>.</summary>
public enum ProblemKind
{
    /// <summary>Each text has one label; the scores are probabilities that sum to one.</summary>
    SingleLabel,

    /// <summary>Each text has any number of labels; each score is the probability of its label.</summary>
    MultiLabel,

    /// <summary>Each score is a number as it is.</summary>
    Regression,
}
