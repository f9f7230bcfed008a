using PeftIntegrations.Data;

namespace HostedService;

/// <summary>An adapter to be trained.</summary>
/// <param name="Adapter">What it is called; clients ask for it by this name.</param>
/// <param name="Texts">What it learns.</param>
/// <param name="Done">Told when it is there.</param>
internal sealed record TrainingJob(string Adapter, Texts Texts, TaskCompletionSource Done);
