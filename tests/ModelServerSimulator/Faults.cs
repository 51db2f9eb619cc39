using System.Text;

namespace ModelServerSimulator;

/// <summary>The faults that take the place of an answer; those in a stream are with the stream (<see cref="Completions"/>).</summary>
internal static class Faults
{
    private const string Page =
        "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n";

    /// <summary>True if a fault has dealt with the request.</summary>
    public static async Task<bool> AnswerAsync(Exchange exchange, Profile profile, ServerState server)
    {
        var request = exchange.Request;
        var completion = profile.IsChat(request) is not null;
        var work = profile.IsWork(request);
        var fault = server.Engine.Dead ? profile.WhenDead : server.Options.Fault;
        switch (fault)
        {
            case Fault.Wedge when work:
                // Nobody looks at the socket any more, not even to see that it was closed.
                await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Options.Clock, exchange.Stop);
                return true;
            case Fault.DeadGenerationThread when completion:
                return await ReplyAsync(404, """{"error": "generation thread died"}""");
            case Fault.DeadGenerationThread when request.Path == "/health":
                return await ReplyAsync(503, """{"status": "unavailable"}""");
            case Fault.ResetBeforeHead:
                exchange.Reset();
                return true;
            case Fault.ZeroByteClose when work:
                return true;
            case Fault.RejectNulls when completion && exchange.Record.HasNulls:
                return await ReplyAsync(400, """{"error": "max_tokens must be of type int"}""");
            case Fault.LengthRequired when request.Method == "POST" && request.Header("Content-Length") is null:
                return await ReplyAsync(411, """{"error": "Content-Length header is required"}""");
            case Fault.StringError when work:
                return await ReplyAsync(400, """{"error":"The model has crashed without additional information. (Exit code: 6)"}""");
            case Fault.UnexpectedEndpoint:
                return await ReplyAsync(200, WireJson.Compact(LmStudio.Unexpected(request)));
            case Fault.Unauthorized:
                return await RefuseAsync(profile.WrongKey(request.Header("Authorization") is not null));
            case Fault.Loading:
                return await ReplyAsync(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""");
            case Fault.ErrorIn200 when work:
                return await ReplyAsync(200,
                    """{"error":{"message":"Internal error: the engine did not answer.","type":"internal_error","code":null}}""");
            case Fault.ServerBusy when work:
                return await RefuseAsync(profile.Busy());
            case Fault.RateLimited when work:
                var limited = profile.Error(429, "Rate limit reached for requests. Please try again in 20s.");
                var head = profile.JsonHead(request, 429, limited);
                await exchange.ReplyAsync(head with { Lines = [head.Lines[0], "Retry-After: 20", .. head.Lines.Skip(1)] }, limited);
                return true;
            case Fault.NoModelsLoaded when work:
                return await ReplyAsync(400,
                    """{"error":{"message":"No models loaded. Please load a model in the developer page or use the 'lms load' command"""
                    + """.","type":"invalid_request_error","param":"model","code":null}}""");
            case Fault.EmptyModelList when request.Path.EndsWith("/models", StringComparison.Ordinal):
                return await ReplyAsync(200, "");
            case Fault.NotHttp:
                await exchange.RawAsync("-ERR unknown command\r\n\u0001\u0002\u0000\u00ff");
                return true;
            case Fault.EndlessHead:
                await exchange.RawAsync("HTTP/1.1 200 OK\r\n");
                while (true)
                {
                    await exchange.RawAsync($"X-Header: {new string('x', 1000)}\r\n");
                }
            case Fault.OtherServer:
                await exchange.ReplyAsync(new Head(200, Keeps: false,
                [
                    "HTTP/1.1 200 OK", "Server: nginx/1.27.2", "Content-Type: text/html",
                    $"Content-Length: {Encoding.UTF8.GetByteCount(Page)}", "Connection: close",
                ]), Page);
                return true;
            default:
                if ((exchange.Options.ApiKey ?? profile.RequiredKey) is { } key && request.Header("Authorization") != "Bearer " + key)
                {
                    return await RefuseAsync(profile.WrongKey(request.Header("Authorization") is not null));
                }
                return false;
        }

        async Task<bool> RefuseAsync(Refusal refusal)
        {
            await Completions.RefuseAsync(exchange, profile, refusal);
            return true;
        }

        async Task<bool> ReplyAsync(int status, string body)
        {
            await exchange.ReplyAsync(profile.JsonHead(request, status, body), body);
            return true;
        }
    }
}
