namespace PeftIntegrations.Core;

/// <summary>What turns the last hidden states into a task's scores.</summary>
public abstract class Head
{
    /// <summary>Hugging Face's name of the task: <c>CAUSAL_LM</c>, <c>SEQ_CLS</c>, …</summary>
    public abstract string TaskType { get; }

    /// <summary>The layer that learns the task; null where there is none to learn.</summary>
    public abstract Projection? Output { get; }

    /// <summary>What <see cref="Output"/> multiplies: the hidden states, unless the head changes each before. [..., hidden].</summary>
    public virtual Tensor Prepare(Tensor hidden) => hidden;

    /// <summary>The scores.</summary>
    /// <param name="hidden">[batch, seq, hidden].</param>
    /// <param name="batch">The tokens behind them.</param>
    public abstract Tensor Forward(Tensor hidden, TokenBatch batch);
}
