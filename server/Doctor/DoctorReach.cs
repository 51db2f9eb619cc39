using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.Settings;

namespace Assistant.Doctor;

/// <summary>Explains why an endpoint cannot be used.</summary>
internal static class DoctorReach
{
    public static async Task<DoctorFinding> WhyAsync(
        EndpointSettings endpoint, ModelServerException failure, TimeProvider clock, CancellationToken token)
    {
        if (failure.Fault is ModelFault.UnexpectedServer or ModelFault.Refused && endpoint.BaseUrl.AbsolutePath != "/v1/")
        {
            // The server may answer at the usual path instead.
            var usual = new UriBuilder(endpoint.BaseUrl) { Path = "/v1/", UserName = "", Password = "", Query = "" }.Uri;
            if (await new ServerSearch(clock).AskAsync([usual], token) is [var found])
            {
                return new DoctorFinding("server.basePath", DoctorSeverity.Error, endpoint.Name,
                    $"{failure.Message} A model server answers at {found.BaseUrl}.",
                    $"Set the endpoint's baseUrl to {found.BaseUrl.ToString().TrimEnd('/')}.");
            }
        }
        return Of(endpoint.Name, failure);
    }

    /// <summary>Converts a failure of any check into a finding.</summary>
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
