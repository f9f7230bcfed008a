namespace PeftIntegrations.Data;

/// <summary>A data set that something can be learnt from. Never empty; what its type is says what.</summary>
public interface IExamples
{
    /// <summary>How many examples it has.</summary>
    int Count { get; }
}
