global using Microsoft.Extensions.AI;
global using PeftIntegrations.Core;
global using PeftIntegrations.Inference;
