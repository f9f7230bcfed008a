global using PeftIntegrations.Data;
global using PeftIntegrations.Methods;
global using PeftIntegrations.Testing;
