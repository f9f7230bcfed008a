global using Microsoft.SemanticKernel;
global using PeftIntegrations.Core;
global using PeftIntegrations.Extensions;
global using PeftIntegrations.Inference;
