namespace PeftIntegrations.Training;

/// <summary>An optimiser's hyper-parameters; the state it keeps is made for the tensors it will change.</summary>
public abstract record OptimizerRule
{
    /// <summary>The state at the start of a run.</summary>
    public abstract OptimizerState Start(IReadOnlyList<Parameter> parameters);
}
