using System.Text.Json;

namespace Assistant.ModelServers.Endpoints;

/// <summary>One step of a request: what goes wrong is one fault, told to the endpoint; what a cancel breaks is the cancel.</summary>
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
            // Closing the connection broke the read, somewhere in the SDK perhaps: that is the cancel and not a failure.
            throw new OperationCanceledException(failure.Message, failure, token);
        }
        catch (ObjectDisposedException closed)
        {
            throw ModelServerErrors.EndpointClosed(endpoint.Settings, closed);
        }
        catch (Exception unread) when (
            unread is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // The SDK does not say of what sort it is that it could not read a reply.
            var failure = ModelServerErrors.UnreadableAnswer(endpoint.Settings, unread);
            endpoint.Failed(failure);
            throw failure;
        }
    }
}
