namespace DbGate.Processes;

/// <summary>Ends the process without unwinding, for a person who asked twice: children are killed and secrets are deleted first.</summary>
public static class Emergency
{
    const string ShowCursor = "\u001b[?25h";

    /// <summary>Ends it.</summary>
    /// <param name="exitCode">For the process.</param>
    public static void End(int exitCode)
    {
        ChildProcess.KillAll();
        RunFolder.DeleteAll();
        if (!Console.IsOutputRedirected)
        {
            try
            {
                Console.Out.Write(ShowCursor);
            }
            catch (IOException)
            {
                // The terminal is gone.
            }
        }

        Environment.Exit(exitCode);
    }
}
