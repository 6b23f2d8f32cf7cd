namespace DbGate.Terminal;

/// <summary>What the terminal behind a stream can show. Pure.</summary>
/// <param name="IsAnimated">It moves its cursor: progress is drawn in place.</param>
/// <param name="HasColours">It shows colours, and the user wants them.</param>
/// <param name="Width">Its columns; null where lines are read by something else, or the width is not known.</param>
sealed record TerminalAbilities(bool IsAnimated, bool HasColours, int? Width)
{
    const int Narrowest = 40;

    /// <summary>Standard output's.</summary>
    public static TerminalAbilities OfOutput => From(
        Console.IsOutputRedirected, Environment.GetEnvironmentVariable, OperatingSystem.IsWindows(), WindowWidth);

    /// <summary>Standard error's.</summary>
    public static TerminalAbilities OfError => From(
        Console.IsErrorRedirected, Environment.GetEnvironmentVariable, OperatingSystem.IsWindows(), WindowWidth);

    /// <param name="isRedirected">It is no terminal.</param>
    /// <param name="variable">The process's variables.</param>
    /// <param name="isWindows">Where a console without <c>TERM</c> is a capable one.</param>
    /// <param name="width">Asks for the columns; 0 where they are not known.</param>
    public static TerminalAbilities From(bool isRedirected, Func<string, string?> variable, bool isWindows, Func<int> width)
    {
        if (isRedirected)
        {
            return new(false, false, null);
        }

        var isPlain = variable("TERM") is var term && (term is null or "" ? !isWindows : term == "dumb");
        var hasColours = !isPlain && string.IsNullOrEmpty(variable("NO_COLOR"));
        return new(!isPlain, hasColours, width() is >= Narrowest and var columns ? columns : null);
    }

    static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException or ArgumentException)
        {
            return 0;
        }
    }
}
