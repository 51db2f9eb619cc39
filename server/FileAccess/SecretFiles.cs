using System.IO.Enumeration;
using Assistant.Basics;

namespace Assistant.FileAccess;

/// <summary>Files that hold secrets by convention: of .NET, of package managers, of clouds, of keys. Letter case does not count.</summary>
internal static class SecretFiles
{
    private static readonly string[] Names =
    [
        // Settings of programs.
        ".env*", "*.env", "appsettings*.json", "secrets.json", "local.settings.json", "*.tfvars", "*.tfvars.json", "*.tfstate*",
        // Private keys and their stores.
        "*.pfx", "*.p12", "*.pem", "*.key", "*.snk", "*.jks", "*.keystore", "*.ppk", "*.kdbx", "*.gpg",
        "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
        // Accounts of package managers, git, databases and deployments.
        ".npmrc", ".yarnrc.yml", ".pypirc", ".netrc", "_netrc", ".pgpass", ".git-credentials", ".htpasswd", ".dockercfg",
        "credentials", "credentials.json", "*.publishsettings", "*.pubxml.user",
    ];

    private static readonly string[] Folders = [".ssh", ".gnupg", ".aws", ".kube", "usersecrets"];

    private static readonly string[] CredentialsOfNuGet = ["packageSourceCredentials", "apikeys", "ClearTextPassword"];

    /// <summary>The name alone tells it.</summary>
    public static bool IsSecretName(string fileName) => Names.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, fileName));

    public static bool IsSecretFolder(string name) => Folders.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A <c>nuget.config</c> with credentials. One that cannot be read counts as one.</summary>
    public static bool HoldsCredentials(string path)
    {
        if (!Path.GetFileName(path).Equals("nuget.config", StringComparison.OrdinalIgnoreCase) || !File.Exists(path))
        {
            return false;
        }
        try
        {
            var text = PlainFile.ReadText(path);
            return CredentialsOfNuGet.Any(name => text.Contains(name, StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
