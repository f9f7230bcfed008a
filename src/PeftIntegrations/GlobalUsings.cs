global using PeftIntegrations.Core;
global using PeftIntegrations.Data;
global using PeftIntegrations.Inference;
global using PeftIntegrations.Methods;
global using PeftIntegrations.Models;
global using PeftIntegrations.Training;
