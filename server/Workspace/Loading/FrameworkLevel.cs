using System.Collections.Immutable;
using System.Text;
using Assistant.Basics;
using Assistant.Workspace.Files;
using Assistant.Workspace.Status;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Workspace.Loading;

/// <summary>
/// One project per folder, with all its C# files and the framework's reference assemblies. Nothing of the folder is executed, so an
/// untrusted workspace gets this level.
/// </summary>
internal sealed class FrameworkLevel(
    References references, ImmutableArray<string> frameworkReferences, ImmutableArray<string> webReferences)
{
    /// <summary>The SDKs' default imports (Microsoft.NET.Sdk.CSharp.props, ImplicitNamespaceImports of Microsoft.NET.Sdk.Web).</summary>
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private const string WebUsings =
        " global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; "
        + "global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; "
        + "global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; "
        + "global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    public (Solution Solution, ProjectState State) Add(Solution solution, string folder, CancellationToken token)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var id = ProjectId.CreateNewId(name);
        var traits = Traits(folder, token);
        var documents = new List<DocumentInfo>();
        foreach (var path in SourceFiles.WithGenerated(folder))
        {
            token.ThrowIfCancellationRequested();
            documents.Add(SolutionBuilder.ReadLater(id, folder, path));
        }
        if (traits.ImplicitUsings)
        {
            documents.Add(Usings(id, traits.Web && webReferences.Length > 0));
        }
        var info = ProjectInfo.Create(
            id,
            VersionStamp.Default,
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: Options.WithNullableContextOptions(
                traits.Nullable ? NullableContextOptions.Enable : NullableContextOptions.Disable),
            parseOptions: Parsing,
            documents: documents,
            metadataReferences: References(traits.Web));
        return (solution.AddProject(info), new(id, name, folder, "", [], LoadLevel.Framework, Degraded: true, []));
    }

    /// <summary>For documents outside of every project.</summary>
    public ImmutableArray<MetadataReference> References(bool web) =>
        references.FindAll(web ? [.. frameworkReferences, .. webReferences] : frameworkReferences);

    internal static DocumentInfo Usings(ProjectId project, bool web) => DocumentInfo.Create(
        DocumentId.CreateNewId(project),
        "ImplicitUsings.g.cs",
        loader: TextLoader.From(TextAndVersion.Create(
            SourceText.From(web ? ImplicitUsings + WebUsings : ImplicitUsings, Encoding.UTF8), VersionStamp.Default)));

    internal static CSharpCompilationOptions Options { get; } =
        new(OutputKind.ConsoleApplication, allowUnsafe: true, assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    internal static CSharpParseOptions Parsing { get; } = new(
        LanguageVersion.Preview,
        preprocessorSymbols:
            ["DEBUG", "TRACE", "NET", "NETCOREAPP", .. Enumerable.Range(5, 6).Select(version => $"NET{version}_0_OR_GREATER")]);

    /// <summary>
    /// Guessed from the text of project and props files, which is nearly always right; the projects' level knows for certain.
    /// </summary>
    private static (bool ImplicitUsings, bool Nullable, bool Web) Traits(string folder, CancellationToken token)
    {
        var (implicitUsings, nullable, web) = (false, false, false);
        foreach (var path in SourceFiles.Find(folder, [".csproj", ".props"]))
        {
            token.ThrowIfCancellationRequested();
            try
            {
                var text = PlainFile.ReadText(path);
                bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

                implicitUsings |= Has("<ImplicitUsings>enable") || Has("<ImplicitUsings>true");
                nullable |= Has("<Nullable>enable");
                web |= Has("Microsoft.NET.Sdk.Web") || Has("Microsoft.AspNetCore.App");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // An unreadable file is ignored.
            }
        }
        return (implicitUsings, nullable, web);
    }
}
