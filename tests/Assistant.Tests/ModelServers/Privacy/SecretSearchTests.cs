using System.Text;
using System.Text.Json;
using Assistant.ModelServers.Privacy;

namespace Assistant.Tests.ModelServers.Privacy;

/// <summary>The samples are invented and joined here, so that no scanner takes this file for a leak.</summary>
public sealed class SecretSearchTests
{
    private const string Base64 = "q3Zb8KfT1xWm9LdPz7RnVh2YcJ5sGuQaE4oIb6NtXk0MvFyDwClrHjSgUeBpAi+/";

    public static TheoryData<string, string> Secrets => new()
    {
        { "an AWS access key", "var id = \"AKIA" + "Q4T7ZK2M5RWX3NBD\";" },
        { "an AWS secret key", "aws_secret_access_key = " + Base64[..40] },
        { "an AWS secret key", "AwsSecretKey: \"" + Base64[..40] + "\"" },
        { "a GitHub token", "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" },
        { "a GitHub token", "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789" },
        { "a GitLab token", "glpat-" + "x7Kd92mQpL4vT8sR1wZb" },
        { "a Slack token", "xoxb-" + "123456789012-abcdefGHIJKL" },
        { "a Slack webhook", "https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + "a1B2c3D4e5F6g7H8i9J0k1L2" },
        { "an Azure key", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + Base64 + "+" + Base64[..20] + "==" },
        { "an Azure key", "Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=" + Base64[..43] + "=" },
        { "a shared access signature",
            "https://x.blob.core.windows.net/c?sv=2022&sig=" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8%2Fs9T0%3D" },
        { "an API key (sk-…)", "Authorization: " + "sk-proj-a1B2c3D4e5F6g7H8_i9J0k1L2m3N4" },
        { "an API key (sk-…)", "sk-ant-api03-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4" },
        { "a Google API key", "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q" },
        { "a Stripe key", "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2" },
        { "a package registry's token", "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" },
        { "a SendGrid key", "SG." + "a1B2c3D4e5F6g7H8i9J0k1.L2m3N4o5P6q7R8s9T0u1V2" },
        { "a private key", "-----BEGIN RSA PRIVATE KEY-----\n" + Base64 + "\n" + Base64 },
        { "a private key", "var pem = \"-----BEGIN PRIVATE KEY-----\\n" + Base64 + "\\n\";" },
        { "a JSON web token", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U" },
        { "a bearer token", "request.Headers.Add(\"Authorization\", \"Bearer " + "a1B2c3D4e5F6g7H8i9J0k1L2" + "\");" },
        { "a connection string with a password", "\"Server=db;Database=shop;User Id=sa;Password=" + "h4nS;Encrypt=true\"" },
        { "a connection string with a password", "Host=db;Port=5432;Username=app;Password=" + "plainword" },
        { "a connection string with a password", "Server=db;User Id=sa;Password=" + "MySecretGarden7" },
        { "a connection string with a password", "Server=db;User Id=sa;Password=" + "8!4#2?9+1&6" },
        { "a connection string with a password", "Server=db;User Id=sa;Password=" + "Зимний!Сад#7" },
        { "an address with a password", "postgres://app:" + "s3cr3tw0rd@db:5432/shop" },
        { "an address with a password", "amqp://guest:" + "guest@rabbit" },
        { "a password", "private const string Password = \"" + "kR7!mPq2\";" },
        { "a password", "{ \"dbPassword\": \"" + "Tr0ub4dor&3\" }" },
        { "a password", "password: \"" + "passwordOfOurHouse!7" + "\"" },
        { "a password", "x\nDB_PASSWORD=" + "kR7!mPq2zz\ny" },
        { "a key or token", "var apiKey = \"" + "9f86d081884c7d659a2feaa0c55ad015\";" },
        { "a key or token", "\"client_secret\": \"" + "8Q~a1B2c3D4e5F6g7H8i9\"" },
        { "a key or token", "export SERVICE_TOKEN=" + "a1b2c3d4e5f6g7h8i9j0" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_found(string kind, string text) => Assert.Equal(kind, SecretSearch.In($"class A {{ }}\n{text}")?.Kind);

    [Theory]
    [InlineData("var token = cancellation.Token;")]
    [InlineData("string password = ReadPassword();")]
    [InlineData("passwordBox.Password = \"\";")]
    [InlineData("options.Password = \"your-password-here\";")]
    [InlineData("Password = \"<password>\", Secret = \"${SECRET}\", ApiKey = \"{0}\"")]
    [InlineData("var password = \"Password123!\"; // what every sample says")]
    [InlineData("Server=db;User Id=sa;Password=yourStrong(!)Password")]
    [InlineData("var password = \"P@ssw0rd_1234!\"; var secret = \"my-super-secret-key-1234\"")]
    [InlineData("[InlineData(\"test1234!A\")] // password = \"test1234!A\"")]
    [InlineData("label.Text = \"Enter your password, 8 to 20 characters\";")]
    [InlineData("const string PasswordKey = \"Identity:Password:Minimum8Characters\";")]
    [InlineData("const string TokenUrl = \"https://login.example.com/oauth2/v2.0/token\";")]
    [InlineData("{ \"token\": \"urn:ietf:params:oauth:token-type\" }")]
    [InlineData("typeof(X, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089)")]
    [InlineData("<assemblyIdentity name=\"nunit.framework\" publicKeyToken=\"96d09a1eb7f44a77\" />")]
    [InlineData("public const string DeviceAuthKey = \"pm-27581-device-auth-key\";")]
    [InlineData("payment.Token = \"paypal_token_123\";")]
    [InlineData("[assembly: InternalsVisibleTo(\"X, PublicKey=0024000004800000940000000602000000240000525341310004000001000100\")]")]
    [InlineData("var accessToken = \"6F9619FF-8B86-D011-B42D-00C04FC964FF\";")]
    [InlineData("const string Sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\";")]
    [InlineData("if (text.StartsWith(\"-----BEGIN PRIVATE KEY-----\")) { return Key.Private; }")]
    [InlineData("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE")]
    [InlineData("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")]
    [InlineData("class sk-learn-pipeline-with-a-long-name-of-steps")]
    [InlineData("$\"Server={host};User Id={user};Password={password};\"")]
    [InlineData("Server=db;Integrated Security=true;")]
    [InlineData("https://user@host/path and http://127.0.0.1:1234/v1 and git@github.com:a/b.git")]
    [InlineData("var address = $\"postgres://{user}:{password}@{host}\";")]
    [InlineData("headers[\"Authorization\"] = $\"Bearer {token}\";")]
    [InlineData("throw new SecurityTokenException(\"The bearer authentication scheme is unknown\");")]
    [InlineData("secretName: \"payments-api-signing-credentials\"")]
    [InlineData("const string ApiKeyHeader = \"X-Api-Key-Version-2024\";")]
    [InlineData("PASSWORD=$(cat /run/secrets/db)")]
    [InlineData("MAX_TOKEN=128")]
    [InlineData("token = \"aaaaaaaaaaaaaaaaaaaaaaaa1\";")]
    [InlineData("enum TokenKind { OpenBrace = 1, CloseBrace = 2 }")]
    public void Harmless_text_passes(string text) => Assert.Null(SecretSearch.In(text));

    [Fact]
    public void The_place_is_readable_and_the_secret_is_not_shown()
    {
        var secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
        var text = JsonSerializer.Serialize($"one\ntwo {secret}", Json.Default.String);
        var body = $$"""
            {"model":"m","messages":[{"role":"system","content":"be kind"},
             {"role":"user","content":[{"type":"text","text":{{text}} }]}],"n":1}
            """;
        Assert.Equal(
            new FoundSecret("a GitHub token", "messages[1].content[0].text, line 2"), SecretSearch.InJson(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public void A_secret_that_JSON_escapes_is_found()
    {
        var code = "var password = \"kR7!mPq2\";\n";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { ["prompt"] = code }, Json.Default.DictionaryStringString);
        Assert.Equal("prompt, line 1", SecretSearch.InJson(body)?.Place);
    }

    [Fact]
    public void The_servers_own_code_holds_no_secret()
    {
        var found = Directory.EnumerateFiles(Path.Combine(Repository.Root, "server"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (file, SecretSearch.In(File.ReadAllText(file))))
            .Where(pair => pair.Item2 is not null);
        Assert.Empty(found);
    }

    /// <summary>No pattern may be slow on long runs of text that nearly matches it.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("password = ")]
    [InlineData("server=x;")]
    [InlineData("x://a")]
    [InlineData("eyJaaaaaaaa.")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("aws secret ")]
    [InlineData("A_")]
    [InlineData("Host = \"a\"; Password = \"b\"; ")]
    [InlineData("token: ")]
    [InlineData("token: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx12\" ")]
    public async Task Long_texts_that_nearly_fit_are_searched_in_time(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 200_000 / part.Length));
        var searching = Task.Run(() => SecretSearch.In(text), TestContext.Current.CancellationToken);
        Assert.Null(await searching.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class Json : System.Text.Json.Serialization.JsonSerializerContext;
