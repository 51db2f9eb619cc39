namespace Assistant.Doctor;

/// <summary>The result of one check.</summary>
/// <param name="Code">A stable identifier for programs, such as <c>server.down</c>; <c>docs/model-servers.md</c> lists all.</param>
/// <param name="Subject">The endpoint, model, project or other thing that was checked.</param>
/// <param name="Message">The result, in a sentence; includes the server's own error message if there is one.</param>
/// <param name="Fix">The advised action, in a sentence; empty if none is needed.</param>
public sealed record DoctorFinding(string Code, DoctorSeverity Severity, string Subject, string Message, string Fix = "");

public enum DoctorSeverity
{
    /// <summary>No problem.</summary>
    Ok,

    /// <summary>Information; no problem.</summary>
    Note,

    /// <summary>A feature works worse than it could.</summary>
    Warning,

    /// <summary>A feature does not work.</summary>
    Error,
}
