global using Microsoft.Extensions.AI;
global using PeftIntegrations.Inference;
global using PeftIntegrations.Methods;
global using PeftIntegrations.Testing;
