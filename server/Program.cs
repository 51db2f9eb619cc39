using System.Collections;
using Assistant.Cli;

namespace Assistant;

internal static class Program
{
    // The source lives as long as the process: its cancellation may still run after the command's end.
    private static readonly CancellationTokenSource Interrupted = new();

    public static async Task<int> Main(string[] arguments)
    {
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            _ = Interrupted.CancelAsync();
        };
#pragma warning disable RS0030 // Console, clock and current directory are read here only, and handed in everywhere else.
        var surroundings = new Surroundings(
            ByName(Environment.GetEnvironmentVariables()), Environment.CurrentDirectory, Console.Out, Console.Error, TimeProvider.System);
#pragma warning restore RS0030
        try
        {
            return await new CommandLine(new Composition(surroundings)).RunAsync(arguments, Interrupted.Token);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C, or SIGTERM, which the command line handles itself. Shells expect 128 + SIGINT.
            return 130;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk failed, not the program: the user sees a sentence instead of a stack trace.
            await surroundings.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <summary>
    /// The variables by case-insensitive names. Of two such as <c>http_proxy</c> and <c>HTTP_PROXY</c>, the last one counts.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> ByName(IDictionary variables)
    {
        var byName = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in variables)
        {
            byName[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        return byName;
    }
}

/// <summary>The environment of the process.</summary>
internal sealed record Surroundings(
    IReadOnlyDictionary<string, string> Variables, string CurrentDirectory, TextWriter Output, TextWriter Error, TimeProvider Clock);
