using System.Collections.Immutable;
using System.IO.Pipelines;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Server;

/// <summary>Test double: documents as plain strings, and a completion that repeats the line before the caret.</summary>
internal sealed record ToyState(ImmutableDictionary<string, string> Texts);

internal static class ToyServer
{
    public static readonly InitializeResult Capabilities =
        new(
            new ServerCapabilities(
                "utf-16", new TextDocumentSyncOptions(true, TextDocumentSyncKind.Incremental), InlineCompletionProvider: true));

    public static LanguageServer<ToyState> Create(
        PipeReader input, PipeWriter output, ILogger? logger = null, TimeProvider? clock = null, Func<int, bool>? isAlive = null)
    {
        logger ??= NullLogger.Instance;
        var server = new LanguageServer<ToyState>(
            new ToyState(ImmutableDictionary<string, string>.Empty),
            new RpcConnection(input, output, logger),
            clock ?? TimeProvider.System,
            logger)
        {
            IsAlive = isAlive ?? (_ => true),
        };
        Register(server);
        return server;
    }

    public static Task<int> RunAsync(PipeReader input, PipeWriter output) => Create(input, output).RunAsync(CancellationToken.None);

    private static void Register(LanguageServer<ToyState> server)
    {
        server.OnDamaged = (state, fault) => fault.Uri is null ? state : state with { Texts = state.Texts.Remove(fault.Uri) };
        server.Loop.Effects =
        [
            new("request the whole text", EffectTiming.Afterwards, (step, _) =>
                step.Fault?.Uri is { } uri ? server.Client.NotifyAsync(Methods.Resync, new(uri)).AsTask() : Task.CompletedTask),
        ];
        server.OnInitialize(Capabilities, (state, _) => state);
        server.OnMutation(
            Methods.DidOpen, (state, p) => state with { Texts = state.Texts.SetItem(p.TextDocument.Uri, p.TextDocument.Text) });
        server.OnMutation(Methods.DidClose, (state, p) => state with { Texts = state.Texts.Remove(p.TextDocument.Uri) });
        server.OnMutation(Methods.DidChange, Change);
        server.OnRequest(Methods.InlineCompletion, Complete, newestOf: p => p.TextDocument.Uri);
        server.OnNotification(Methods.Initialized, (_, _, _) => Task.CompletedTask);
    }

    private static Mutation<ToyState> Change(ToyState state, DidChangeTextDocumentParams p)
    {
        var uri = p.TextDocument.Uri;
        if (!state.Texts.TryGetValue(uri, out var text))
        {
            return new(state, new ClientFault(Methods.DidChange.Name, "The document is not open.", uri));
        }
        foreach (var change in p.ContentChanges)
        {
            if (change.Range is not { } range)
            {
                text = change.Text;
            }
            else if (Offset(text, range.Start) is var start and >= 0 && Offset(text, range.End) is var end && end >= start)
            {
                text = text[..start] + change.Text + text[end..];
            }
            else
            {
                return new(
                    state with { Texts = state.Texts.Remove(uri) },
                    new ClientFault(Methods.DidChange.Name, "The range lies outside the document.", uri));
            }
        }
        return state with { Texts = state.Texts.SetItem(uri, text) };
    }

    private static Task<InlineCompletionList?> Complete(
        ToyState state, InlineCompletionParams p, RequestContext context, CancellationToken token)
    {
        if (!state.Texts.TryGetValue(p.TextDocument.Uri, out var text))
        {
            throw new RpcException(RpcErrorCodes.RequestFailed, "The document is not open.");
        }
        var offset = Offset(text, p.Position);
        return Task.FromResult(offset < 0
            ? null
            : new InlineCompletionList([new InlineCompletionItem(text[(text.AsSpan(0, offset).LastIndexOf('\n') + 1)..offset])]));
    }

    private static int Offset(string text, Position position)
    {
        var start = 0;
        for (var line = 0; line < position.Line; line++)
        {
            start = text.IndexOf('\n', start) + 1;
            if (start == 0)
            {
                return -1;
            }
        }
        return position.Character <= text.Length - start ? start + position.Character : -1;
    }
}
