using System.Collections;
using Assistant.Cli;

namespace Assistant;

internal static class Program
{
    // Lives as long as the process: whoever cancels it may still be at it when the command has ended.
    private static readonly CancellationTokenSource Interrupted = new();

    public static async Task<int> Main(string[] arguments)
    {
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            _ = Interrupted.CancelAsync();
        };
#pragma warning disable RS0030 // Here is where console, clock and directory come from; everybody else is handed them.
        var surroundings = new Surroundings(ByName(Environment.GetEnvironmentVariables()), Environment.CurrentDirectory, Console.Out, Console.Error, TimeProvider.System);
#pragma warning restore RS0030
        try
        {
            return await new CommandLine(new Composition(surroundings)).RunAsync(arguments, Interrupted.Token);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C, or SIGTERM, which the command line hears by itself: 128 + SIGINT, as shells expect it.
            return 130;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk, not a bug: a sentence, not a stack.
            await surroundings.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <summary>Names are the same in any letter case; where two differ in it only, as <c>http_proxy</c> and <c>HTTP_PROXY</c>, either is as good.</summary>
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

/// <summary>What the process finds around it.</summary>
internal sealed record Surroundings(
    IReadOnlyDictionary<string, string> Variables, string CurrentDirectory, TextWriter Output, TextWriter Error, TimeProvider Clock);
