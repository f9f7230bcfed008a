global using PeftIntegrations.Core;
global using PeftIntegrations.Data;
