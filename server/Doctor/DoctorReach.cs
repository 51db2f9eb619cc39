using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Settings;

namespace Assistant.Doctor;

/// <summary>Why an endpoint cannot be used at all.</summary>
internal static class DoctorReach
{
    public static async Task<DoctorFinding> WhyAsync(EndpointSettings endpoint, ModelServerException failure, TimeProvider clock, CancellationToken token)
    {
        if (failure.Fault is ModelFault.UnexpectedServer or ModelFault.Refused && endpoint.BaseUrl.AbsolutePath != "/v1/")
        {
            // A server may well be there, one path away.
            var usual = new UriBuilder(endpoint.BaseUrl) { Path = "/v1/", UserName = "", Password = "", Query = "" }.Uri;
            if (await new ServerSearch(clock).AskAsync([usual], token) is [var found])
            {
                return new DoctorFinding("server.basePath", DoctorSeverity.Error, endpoint.Name, $"{failure.Message} At {found.BaseUrl} a model server answers.",
                    $"Let the endpoint's baseUrl be {found.BaseUrl.ToString().TrimEnd('/')}.");
            }
        }
        return Of(endpoint.Name, failure);
    }

    /// <summary>What a failure means for the person, wherever it came up.</summary>
    public static DoctorFinding Of(string subject, ModelServerException failure) => new(
        failure.Fault switch
        {
            ModelFault.Unauthorized => "server.unauthorized",
            ModelFault.UnexpectedServer => "server.notOne",
            ModelFault.Loading => "server.loading",
            ModelFault.Busy => "server.busy",
            ModelFault.NoFirstByte or ModelFault.Idle => "model.silent",
            ModelFault.GeneratorDied => "model.dead",
            ModelFault.NoModelLoaded or ModelFault.ModelNotFound => "model.notLoaded",
            ModelFault.ContextOverflow => "context.small",
            ModelFault.RemoteNotAllowed => "remote.notAllowed",
            ModelFault.NotAudited => "records.notWritten",
            ModelFault.Down => "server.down",
            _ => "model.fails",
        },
        failure.Fault is ModelFault.Loading or ModelFault.Busy ? DoctorSeverity.Warning
            : failure.Fault == ModelFault.RemoteNotAllowed ? DoctorSeverity.Note
            : DoctorSeverity.Error,
        subject,
        failure.Message,
        failure.Remedy);
}
