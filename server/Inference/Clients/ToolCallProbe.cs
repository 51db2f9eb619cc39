using System.Collections.Concurrent;
using System.Text.Json;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Assistant.Inference.Clients;

/// <summary>
/// Finds out whether a model calls tools by itself: one short question with a tiny tool, in the background, behind everything that somebody
/// waits for; once for each model, after its first use with tools, only where it is loaded and on the user's own machines.
/// </summary>
internal sealed class ToolCallProbe(ToolCallModes modes, IEndpointClients clients, Scheduler scheduler, ILogger logger)
{
    private const int MostTokens = 200;
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    private readonly ConcurrentDictionary<(string Endpoint, string Model), Task> probes = new();

    /// <summary>Begins the probe unless the mode is known or being found out. Never fails.</summary>
    public void Begin(ModelRoute route)
    {
        if (route.Loads || route.LeavesMachine || modes.IsLearned(route) || !ToolCallModes.IsInDoubt(route))
        {
            return;
        }
        probes.GetOrAdd((route.Endpoint.Name, route.ModelId), _ => Task.Run(() => ProbeAsync(route)));
    }

    /// <summary>Ends when the probe of a model has ended; at once where there is none.</summary>
    internal Task EndedAsync(ModelRoute route) => probes.TryGetValue((route.Endpoint.Name, route.ModelId), out var probe) ? probe : Task.CompletedTask;

    private async Task ProbeAsync(ModelRoute route)
    {
        SlotLease? lease = null;
        try
        {
            lease = await scheduler.AcquireAsync(route, RequestClass.Background, document: null, CancellationToken.None);
            if (lease is null)
            {
                return;
            }
            using var schema = JsonDocument.Parse(Schema);
            var options = new ChatOptions
            {
                Tools = [AIFunctionFactory.CreateDeclaration("get_weather", "Tells the weather in a city.", schema.RootElement)],
                Temperature = 0,
                MaxOutputTokens = MostTokens,
                Reasoning = new ReasoningOptions { Effort = ReasoningEffort.None },
                AdditionalProperties = new AdditionalPropertiesDictionary { [WireOptions.ToolCallMode] = ToolCallMode.Native },
            };
            lease.Sent();
            var answer = await clients.Chat(route).GetResponseAsync("What is the weather in Paris? Use the tool.", options, CancellationToken.None);
            lease.Over();
            var called = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Any(call => call.Exception is null);
            modes.Learn(route, called ? ToolCallMode.Native : ToolCallModes.WithoutNative(route));
            logger.LogInformation("{Model} at {Endpoint} takes tools by {Way}", route.ModelId, route.Endpoint.Name, modes.Of(route));
        }
        catch (ModelServerException failure) when (ToolCallModes.IsServersOwnTrouble(failure))
        {
            modes.Learn(route, ToolCallModes.WithoutNative(route));
        }
        catch (Exception failure) when (failure is ModelServerException or OperationCanceledException)
        {
            // It is asked again after another use; the endpoint knows of the failure already.
            probes.TryRemove((route.Endpoint.Name, route.ModelId), out _);
        }
        finally
        {
            lease?.Dispose();
        }
    }
}
