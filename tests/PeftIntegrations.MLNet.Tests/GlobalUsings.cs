global using Microsoft.ML;
global using Microsoft.ML.Data;
global using PeftIntegrations.Methods;
global using PeftIntegrations.Testing;
global using PeftIntegrations.Training;
