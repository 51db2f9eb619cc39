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
/// Finds out whether a model calls tools natively, by one short question with a tiny tool. The probe runs in the background class, once for
/// each model, after the model's first use with tools, and only for a model that is loaded and on the user's own machines.
/// </summary>
internal sealed class ToolCallProbe(ToolCallModes modes, IEndpointClients clients, Scheduler scheduler, ILogger logger)
{
    private const int MaxTokens = 200;
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    private readonly ConcurrentDictionary<(string Endpoint, string Model), Task> probes = new();

    /// <summary>Starts the probe unless the mode is known or a probe is running. Never throws.</summary>
    public void Begin(ModelRoute route)
    {
        if (route.Loads || route.LeavesMachine || modes.IsLearned(route) || !ToolCallModes.IsInDoubt(route))
        {
            return;
        }
        probes.GetOrAdd((route.Endpoint.Name, route.ModelId), _ => Task.Run(() => ProbeAsync(route)));
    }

    /// <summary>Completes when the model's probe has ended; at once without a probe.</summary>
    internal Task EndedAsync(ModelRoute route) =>
        probes.TryGetValue((route.Endpoint.Name, route.ModelId), out var probe) ? probe : Task.CompletedTask;

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
                MaxOutputTokens = MaxTokens,
                Reasoning = new ReasoningOptions { Effort = ReasoningEffort.None },
                AdditionalProperties = new AdditionalPropertiesDictionary { [WireOptions.ToolCallMode] = ToolCallMode.Native },
            };
            lease.Sent();
            var answer = await clients.Chat(route)
                .GetResponseAsync("What is the weather in Paris? Use the tool.", options, CancellationToken.None);
            lease.Over();
            var called = answer.Messages.SelectMany(message => message.Contents)
                .OfType<FunctionCallContent>().Any(call => call.Exception is null);
            modes.Learn(route, called ? ToolCallMode.Native : ToolCallModes.WithoutNative(route));
            logger.LogInformation("{Model} at {Endpoint} takes tools by {Mode}", route.ModelId, route.Endpoint.Name, modes.Of(route));
        }
        catch (ModelServerException failure) when (ToolCallModes.IsToolFailure(failure))
        {
            modes.Learn(route, ToolCallModes.WithoutNative(route));
        }
        catch (Exception failure) when (failure is ModelServerException or OperationCanceledException or ObjectDisposedException)
        {
            // The model's next use with tools starts another probe. The endpoint has recorded a failure; a closed one has none.
            probes.TryRemove((route.Endpoint.Name, route.ModelId), out _);
        }
        finally
        {
            lease?.Dispose();
        }
    }
}
