global using PeftIntegrations.Core;
