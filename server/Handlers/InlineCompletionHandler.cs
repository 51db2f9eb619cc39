using System.Text.Json;
using Assistant.Completion;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Workspace.Documents;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Handlers;

/// <summary><c>textDocument/inlineCompletion</c> (LSP 3.18): ghost text.</summary>
internal sealed class InlineCompletionHandler(SessionServices services, StatusReporter status)
{
    public void Register()
    {
        services.Server.OnRequest(Methods.InlineCompletion, HandleAsync, newestOf: p => p.TextDocument.Uri);
        services.Completion.BetterFound += better => _ = AnnounceAsync(better);
    }

    private async Task<InlineCompletionList?> HandleAsync(
        SessionState state, InlineCompletionParams p, RequestContext context, CancellationToken token)
    {
        var document = state.Workspace.Documents.Find(p.TextDocument.Uri)
            ?? throw new RpcException(RpcErrorCodes.InvalidParams, $"{p.TextDocument.Uri} is not open.");
        if (document.OutOfSync)
        {
            throw new RpcException(
                RpcErrorCodes.ContentModified,
                $"{document.Uri} is out of sync with the editor: an edit could not be read. Its whole text fixes that.");
        }
        var query = QueryOf(document, p, state);
        var answer = await services.Completion.SuggestAsync(query, state.Settings.Completion, token);
        status.Answered(answer, query, services.Clock.GetElapsedTime(context.Arrived));
        return new InlineCompletionList(answer is Suggestion suggestion ? [ItemOf(suggestion, document, state.OurClient)] : []);
    }

    private static CompletionQuery QueryOf(DocumentSnapshot document, InlineCompletionParams p, SessionState state)
    {
        var caret = document.Positions.OffsetOf(p.Position.Line, p.Position.Character);
        return CompletionQuery.At(
            state.Workspace,
            document,
            caret,
            state.FileAccess,
            p.Context.TriggerKind == InlineCompletionTriggerKind.Invoked ? CompletionTrigger.Invoked : CompletionTrigger.Automatic,
            SelectedOf(document, p.Context.SelectedCompletionInfo, caret));
    }

    /// <summary>The selected entry; null also where its range does not hold the caret or leaves the caret's line.</summary>
    private static SelectedEntry? SelectedOf(DocumentSnapshot document, SelectedCompletionInfo? selected, int caret) =>
        selected is { } info
        && document.Positions.OffsetOf(info.Range.Start.Line, info.Range.Start.Character) is var start
        && document.Positions.OffsetOf(info.Range.End.Line, info.Range.End.Character) is var end
        && start <= caret
        && caret <= end
        && info.Range.Start.Line == info.Range.End.Line
            ? new SelectedEntry(start, end, info.Text)
            : null;

    private static InlineCompletionItem ItemOf(Suggestion suggestion, DocumentSnapshot document, bool ourClient)
    {
        var range = document.Positions.RangeOf(TextSpan.FromBounds(suggestion.Start, suggestion.End));
        return new InlineCompletionItem(
            suggestion.Text,
            new LspRange(new Position(range.StartLine, range.StartCharacter), new Position(range.EndLine, range.EndCharacter)),
            Command: ourClient ? AcceptedCommand(suggestion.Source) : null);
    }

    /// <summary>The editor runs the command when the whole item was accepted; other clients do not know the command.</summary>
    private static Command AcceptedCommand(SuggestionSource source)
    {
        var accepted = new DidAcceptParams(source.Engine.ToString().ToLowerInvariant(), source.Model, source.Endpoint);
        var argument = JsonSerializer.SerializeToElement(accepted, LspJson.Default.DidAcceptParams);
        return new Command("Accepted", "assistant.accepted", [argument]);
    }

    private async Task AnnounceAsync(BetterAnswer better)
    {
        // Other clients get the better answer at the next key.
        var state = services.Server.Loop.Current;
        if (state.OurClient
            && state.Workspace.Documents.Find(better.Uri) is { } document
            && document.Version == better.Version
            && better.Caret <= document.Text.Length)
        {
            var position = document.Positions.PositionOf(better.Caret);
            await services.Server.Client.NotifyAsync(
                Methods.BetterInlineCompletion,
                new BetterInlineCompletionParams(document.Uri, document.Version, new Position(position.Line, position.Character)));
        }
    }
}
