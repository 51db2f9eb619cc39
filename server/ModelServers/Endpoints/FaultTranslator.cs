using System.Text.Json;

namespace Assistant.ModelServers.Endpoints;

/// <summary>Runs one step of a request: reports its fault to the endpoint, and turns errors that a cancel causes into a cancel.</summary>
internal static class FaultTranslator
{
    public static async ValueTask<T> StepAsync<T>(Func<ValueTask<T>> step, ModelEndpoint endpoint, CancellationToken token)
    {
        try
        {
            return await step();
        }
        catch (ModelServerException failure) when (!token.IsCancellationRequested)
        {
            endpoint.Failed(failure);
            throw;
        }
        catch (Exception failure) when (token.IsCancellationRequested && failure is not OperationCanceledException)
        {
            // The cancel closed the connection and broke a read, perhaps inside the SDK; that is no failure.
            throw new OperationCanceledException(failure.Message, failure, token);
        }
        catch (ObjectDisposedException closed)
        {
            throw ModelServerErrors.EndpointClosed(endpoint.Settings, closed);
        }
        catch (Exception unread) when (
            unread is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // The SDK throws several types of exception for a reply that it cannot read.
            var failure = ModelServerErrors.UnreadableAnswer(endpoint.Settings, unread);
            endpoint.Failed(failure);
            throw failure;
        }
    }
}
