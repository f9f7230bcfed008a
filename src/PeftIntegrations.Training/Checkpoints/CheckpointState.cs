namespace PeftIntegrations.Training;

/// <summary>The numbers of a run that are no tensors.</summary>
/// <param name="Step">Steps that are done; epoch, batch and random numbers follow from it.</param>
/// <param name="Tokens">Tokens read.</param>
/// <param name="Elapsed">Time of the steps.</param>
/// <param name="Stopped">Whether early stopping ended the run.</param>
/// <param name="Best">The best validation loss that early stopping knows.</param>
/// <param name="Worse">Evaluations since then.</param>
internal sealed record CheckpointState(int Step, long Tokens, TimeSpan Elapsed, bool Stopped, double Best, int Worse);
