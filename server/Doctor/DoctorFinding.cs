namespace Assistant.Doctor;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Code">A word that programs compare, such as <c>server.down</c>; all are in <c>docs/model-servers.md</c>.</param>
/// <param name="Subject">What it is about: an endpoint, a model, a project.</param>
/// <param name="Message">What is so, in a sentence; holds the server's own words where it said any.</param>
/// <param name="Fix">What to do about it, in a sentence; empty where nothing is to be done.</param>
public sealed record DoctorFinding(string Code, DoctorSeverity Severity, string Subject, string Message, string Fix = "");

public enum DoctorSeverity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Something works worse than it could.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}
