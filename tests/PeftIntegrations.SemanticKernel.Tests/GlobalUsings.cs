global using Microsoft.SemanticKernel;
global using PeftIntegrations.Data;
global using PeftIntegrations.Inference;
global using PeftIntegrations.Methods;
global using PeftIntegrations.Testing;
global using PeftIntegrations.Training;

[assembly: AssemblyFixture(typeof(PeftIntegrations.SemanticKernel.Tests.TaughtAdapters))]
