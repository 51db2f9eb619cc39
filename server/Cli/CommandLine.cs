using System.CommandLine;
using Assistant.ModelServers.Discovery;
using Assistant.Settings;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Cli;

/// <summary>The values of the options that every command has.</summary>
/// <param name="Settings">Endpoint, model and trust as a settings source.</param>
/// <param name="SettingsFile">Replaces the user's own file; null: does not.</param>
internal sealed record GlobalOptions(string? Workspace, SettingsDocument Settings, string? SettingsFile, LogLevel LogLevel);

/// <summary>Runs commands; Composition.cs implements it.</summary>
internal interface ICommandHost
{
    TextWriter Output { get; }

    TextWriter Error { get; }

    string CurrentDirectory { get; }

    /// <summary>Serves LSP over stdio until the client ends it; the exit code is the protocol's.</summary>
    Task<int> ServeLspAsync(GlobalOptions options, CancellationToken token);

    /// <summary>Builds the services for a command, runs it and disposes of them.</summary>
    Task<int> WithServicesAsync(
        GlobalOptions options, string workspace, Func<CommandServices, CancellationToken, Task<int>> command, CancellationToken token);
}

/// <summary>The grammar of the command line (docs/architecture.md, Doors): scripts rely on it. Exit code 2 is a usage error.</summary>
internal sealed class CommandLine(ICommandHost host)
{
    private readonly Option<string?> workspace =
        new("--workspace") { Description = "The workspace's folder; derived from the file by default.", Recursive = true };
    private readonly Option<string?> endpoint =
        new("--endpoint") { Description = "A model server's base URL, instead of the configured ones.", Recursive = true };
    private readonly Option<string?> model =
        new("--model") { Description = "The model to use; a request may load it.", Recursive = true };
    private readonly Option<string?> settings =
        new("--settings") { Description = "A settings file, instead of the user's own.", Recursive = true };
    private readonly Option<string> log = new("--log")
    {
        Description = "trace, debug, info, warn or error; written to stderr.", Recursive = true, DefaultValueFactory = _ => "warn",
    };

    private readonly Option<bool> noProjectCode =
        new("--no-project-code") { Description = "No code of the workspace is executed.", Recursive = true };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document on stdout." };
    private readonly Option<string> level = new("--level")
    {
        Description = "The highest level to load: syntax, framework or projects.", DefaultValueFactory = _ => "projects",
    };

    private readonly Argument<string> place = new("FILE:LINE:COL") { Description = "1-based; columns in UTF-16 units." };

    /// <returns>0, 1 (failed, with a message on stderr) or 2 (usage).</returns>
    public async Task<int> RunAsync(string[] arguments, CancellationToken token)
    {
        log.AcceptOnlyFromAmong("trace", "debug", "info", "information", "warn", "warning", "error");
        level.AcceptOnlyFromAmong("syntax", "framework", "projects");
        place.Validators.Add(result =>
        {
            if (FilePosition.Parse(result.GetValueOrDefault<string>()) is null)
            {
                result.AddError($"'{result.GetValueOrDefault<string>()}' is not FILE:LINE:COL, such as Program.cs:12:5.");
            }
        });
        endpoint.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                result.AddError($"'{result.GetValueOrDefault<string>()}' is no base URL, such as http://127.0.0.1:1234/v1.");
            }
        });
        settings.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } file && SettingsFiles.Problem(Full(file)) is { } problem)
            {
                result.AddError($"--settings: {problem}");
            }
        });
        workspace.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } folder && !Directory.Exists(Full(folder)))
            {
                result.AddError($"--workspace names {Full(folder)}, which is no folder.");
            }
        });
        var root = new RootCommand("Local C# help: ghost text from your own model server, or from the solution's own text.")
        {
            Lsp(), Complete(), Context(), Models(), Doctor(), Evaluate(),
        };
        foreach (var option in new Option[] { workspace, endpoint, model, settings, log, noProjectCode })
        {
            root.Options.Add(option);
        }
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await host.Error.WriteLineAsync(error.Message);
            }
            await host.Error.WriteLineAsync("Try --help.");
            return 2;
        }
        var invocation = new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation, token);
    }

    private Command Lsp()
    {
        // vscode-languageclient appends --stdio; it is the only transport.
        var stdio = new Option<bool>("--stdio") { Description = "The transport; stdio is the only one." };
        var command = new Command("lsp", "Language server over stdio.") { stdio };
        command.SetAction((parsed, token) => host.ServeLspAsync(Globals(parsed), token));
        return command;
    }

    private Command Complete()
    {
        var engine = new Option<string?>("--engine")
        {
            Description = "model or patterns; by default the model if one answers, else patterns.",
        };
        engine.AcceptOnlyFromAmong("model", "patterns");
        var command = new Command("complete", "One inline completion, with its verdict and stage times.") { place, engine, json, level };
        command.SetAction((parsed, token) => AtPlaceAsync(parsed, (services, at, cancel) => new CompleteCommand(services).RunAsync(
            at,
            parsed.GetValue(engine) switch { "model" => EngineChoice.Model, "patterns" => EngineChoice.Patterns, _ => EngineChoice.Any },
            parsed.GetValue(json),
            cancel), token));
        return command;
    }

    private Command Context()
    {
        var budget = new Option<int>("--budget")
        {
            Description = "The largest number of context tokens from other files; none are collected yet.", DefaultValueFactory = _ => 1024,
        };
        var command = new Command("context", "Prints the prompt for a completion at that place.") { place, budget, json, level };
        command.SetAction((parsed, token) => AtPlaceAsync(
            parsed, (services, at, cancel) => new ContextCommand(services).RunAsync(at, parsed.GetValue(json), cancel), token));
        return command;
    }

    private Command Models()
    {
        var why = new Option<string?>("--why")
        {
            Description = "Explains which model a task would get: completion, chatCoding, embed and so on.",
        };
        why.AcceptOnlyFromAmong([.. TaskNames.All]);
        var scan = new Option<string?>("--scan")
        {
            Description = $"Searches a network for model servers, such as 192.168.1.0/24; at most a /{AddressRange.FewestBits}.",
        };
        scan.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !AddressRange.TryParse(text, out _, out var problem))
            {
                result.AddError($"--scan: {problem}");
            }
        });
        var usage = new Option<bool>("--usage")
        {
            Description = "Instead, shows how much each model was used on this machine, and the price of that in a cloud.",
        };
        var command = new Command("models", "What the model servers serve; loads nothing.") { why, scan, usage, json };
        command.SetAction((parsed, token) => host.WithServicesAsync(
            Globals(parsed),
            Full(parsed.GetValue(workspace) ?? host.CurrentDirectory),
            (services, cancel) => parsed.GetValue(usage)
                ? new UsageCommand(services).RunAsync(parsed.GetValue(json))
                : new ModelsCommand(services).RunAsync(
                    parsed.GetValue(why) is { } task ? TaskNames.Parse(task) : null,
                    parsed.GetValue(scan) is { } text && AddressRange.TryParse(text, out var range, out _) ? range : null,
                    parsed.GetValue(json),
                    cancel),
            token));
        return command;
    }

    private Command Doctor()
    {
        var command = new Command("doctor", "Checks SDK, solution, settings and model servers, and advises on fixes. Loads no model.")
        {
            json,
        };
        command.SetAction((parsed, token) =>
        {
            var folder = Full(parsed.GetValue(workspace) ?? host.CurrentDirectory);
            return host.WithServicesAsync(
                Globals(parsed),
                folder,
                (services, cancel) => new DoctorCommand(services).RunAsync(folder, parsed.GetValue(json), cancel),
                token);
        });
        return command;
    }

    private Command Evaluate()
    {
        var patterns = new Command("patterns", "Measures the suggestions of Patterns in this workspace.") { json };
        patterns.SetAction((parsed, token) =>
        {
            var folder = Full(parsed.GetValue(workspace) ?? host.CurrentDirectory);
            return host.WithServicesAsync(
                Globals(parsed),
                folder,
                (services, cancel) => new EvaluatePatternsCommand(services).RunAsync(folder, parsed.GetValue(json), cancel),
                token);
        });
        return new Command("eval", "Measurements.") { patterns };
    }

    private Task<int> AtPlaceAsync(
        ParseResult parsed, Func<CommandServices, CommandPlace, CancellationToken, Task<int>> command, CancellationToken token)
    {
        var position = FilePosition.Parse(parsed.GetValue(place)!)!;
        var path = Full(position.File);
        var folder = parsed.GetValue(workspace) is { } given ? Full(given) : CommandPlace.WorkspaceOf(path);
        var at = new CommandPlace(path, position, folder, Enum.Parse<LoadLevel>(parsed.GetValue(level)!, ignoreCase: true));
        return host.WithServicesAsync(Globals(parsed), folder, (services, cancel) => command(services, at, cancel), token);
    }

    private string Full(string path) => Path.GetFullPath(path, host.CurrentDirectory);

    private GlobalOptions Globals(ParseResult parsed) => new(
        parsed.GetValue(workspace),
        new SettingsDocument
        {
            Endpoints = parsed.GetValue(endpoint) is { } url
                ? [new EndpointDocument { Name = new Uri(url).Authority, BaseUrl = url }]
                : null,
            Completion = parsed.GetValue(model) is { } id ? new CompletionDocument { Model = id } : null,
            Workspace = parsed.GetValue(noProjectCode) ? new WorkspaceDocument { ProjectCode = false } : null,
        },
        parsed.GetValue(settings) is { } file ? Full(file) : null,
        parsed.GetValue(log) switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "error" => LogLevel.Error,
            _ => LogLevel.Warning,
        });
}
