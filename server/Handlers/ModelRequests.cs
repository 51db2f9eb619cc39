using System.Text.Json;
using Assistant.Lsp;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.ModelManagement;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.Handlers;

/// <summary>
/// The models of all endpoints, and the actions on them that the user starts by a click: load, unload, download, set up LM Studio.
/// </summary>
internal sealed class ModelRequests(SessionServices services)
{
    private ModelManagementService Management => services.Models.Management;

    public void Register()
    {
        var server = services.Server;
        server.OnRequest(Methods.Models, async (_, _, _, token) => Listed(await Management.ListAsync(token)));
        server.OnRequest(Methods.LoadModel, (_, p, context, token) => DoAsync(
            context.Client,
            p.WorkDoneToken,
            $"Loading {p.Model}",
            (_, cancel) => Management.LoadAsync(p.Endpoint, p.Model, p.ContextTokens, cancel),
            token));
        server.OnRequest(Methods.UnloadModel, (_, p, context, token) => DoAsync(
            context.Client,
            null,
            $"Unloading {p.Model}",
            async (_, cancel) =>
            {
                await Management.UnloadAsync(p.Endpoint, p.Model, cancel);
                return p.Model;
            },
            token));
        server.OnRequest(Methods.DownloadModel, (_, p, context, token) => DoAsync(
            context.Client,
            p.WorkDoneToken,
            $"Downloading {p.Model}",
            async (progress, cancel) =>
            {
                await Management.DownloadAsync(p.Endpoint, p.Model, p.Quantization, progress, cancel);
                return p.Model;
            },
            token));
        server.OnRequest(Methods.SetUp, (state, p, context, token) => DoAsync(
            context.Client,
            p.WorkDoneToken,
            "Setting up LM Studio",
            (progress, cancel) =>
                Management.SetUpAsync(p.Model, LmsProgram.Find(services.Machine.Variables, state.Workspace.Folders), progress, cancel),
            token));
    }

    /// <summary>Runs a long action with a bar and its cancel button. The error of a failed action names the remedy.</summary>
    private async Task<MovedModelResult> DoAsync(
        LspClient client,
        RpcId? workDoneToken,
        string title,
        Func<IProgress<ManagementProgress>, CancellationToken, Task<string>> act,
        CancellationToken token)
    {
        await using var bar = workDoneToken is null
            ? await client.BeginProgressAsync(title, cancellable: true, token)
            : await client.BeginProgressAsync(workDoneToken, title, cancellable: true);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, bar.Cancelled);
        try
        {
            var progress = new BarProgress<ManagementProgress>(
                bar, report => (report.What, report.Share is { } share ? (int)(share * 100) : null));
            var model = await act(progress, either.Token);
            // The status bar shows the change at once, not at the next key.
            await services.Models.RefreshStatusAsync(token);
            return new MovedModelResult(model);
        }
        catch (ModelServerException failure)
        {
            throw new RpcException(RpcErrorCodes.RequestFailed, $"{Sentence(failure.Message)} {failure.Remedy}".Trim());
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new RpcException(RpcErrorCodes.RequestCancelled, $"{title} was cancelled.");
        }
    }

    // The message of a foreign program may end without a full stop.
    private static string Sentence(string words) => words.EndsWith('.') || words.EndsWith('!') || words.EndsWith('?') ? words : words + ".";

    private static ModelsResult Listed(IReadOnlyList<ManagedEndpoint> endpoints) => new(
        [
            .. from endpoint in endpoints
               from model in endpoint.Models
               select new ListedModel(
                   model.Id,
                   endpoint.Endpoint.Name,
                   Detail(model),
                   CamelCase(model.State.ToString()),
                   CamelCase(model.Type.ToString()),
                   model.CanBeMoved,
                   model.MaxContextTokens),
        ],
        [
            .. from endpoint in endpoints
               where endpoint.Kind is EndpointKind.LmStudio or EndpointKind.Ollama
               // LM Studio's API begins a download and cannot end it.
               select new DownloadPlace(endpoint.Endpoint.Name, CancelStops: endpoint.Kind == EndpointKind.Ollama),
        ]);

    private static string Detail(ManagedModel model) => string.Join(", ", new[]
    {
        model.State switch { LoadState.Loaded => "loaded", LoadState.Loading => "loading", LoadState.NotLoaded => "not loaded", _ => null },
        model.Family,
        model.Quantization,
        model.LoadedContextTokens is { } tokens ? $"a context of {tokens} tokens" : null,
    }.OfType<string>());

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
