using System.Diagnostics;

namespace Assistant.Server;

/// <summary>
/// The process that started the server (`initialize`'s processId). It is polled every 3 seconds: no portable event announces its end.
/// </summary>
internal static class ParentProcess
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Ends when the process is gone.</summary>
    /// <param name="isAlive">Polled by the clock; <see cref="IsAlive"/> outside tests.</param>
    public static async Task WhenGoneAsync(int processId, Func<int, bool> isAlive, TimeProvider clock, CancellationToken token)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (isAlive(processId))
        {
            await timer.WaitForNextTickAsync(token);
        }
    }

    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // The process exists, and this one has no right to inspect it.
            return true;
        }
    }
}
