using System.Collections.Concurrent;
using Assistant.Families;
using Assistant.Models.Privacy;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Models;

/// <summary>One <see cref="ModelEndpoint"/> for each setting, so that router, client and slots see the same.</summary>
internal sealed class EndpointRegistry(TimeProvider clock, ILogger logger, IAuditLog? audit = null) : IDisposable
{
    private readonly ConcurrentDictionary<EndpointSettings, ModelEndpoint> endpoints = new();
    private IReadOnlyDictionary<string, string> rules = new Dictionary<string, string>();
    private FamilyTable families = FamilyTable.BuiltIn;

    public ModelEndpoint Of(EndpointSettings settings) => endpoints.GetOrAdd(settings, key => new ModelEndpoint(key, families, audit, clock, logger));

    /// <summary>Other rules for families: what is known of models is asked anew.</summary>
    public void Use(AssistantSettings settings)
    {
        var wanted = settings.Models.Families;
        if (wanted.Count != rules.Count || wanted.Except(rules).Any())
        {
            (rules, families) = (wanted, new FamilyTable(wanted));
            foreach (var endpoint in endpoints.Values)
            {
                endpoint.Families = families;
            }
        }
    }

    public void Dispose()
    {
        foreach (var endpoint in endpoints.Values)
        {
            endpoint.Dispose();
        }
    }
}
