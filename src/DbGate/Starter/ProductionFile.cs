using System.Text;
using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>The values that production needs, as a file that only its owner reads.</summary>
static class ProductionFile
{
    public const string Name = ".env.production";

    /// <summary>Renders: single quotes, because nothing in them is expanded. Pure.</summary>
    public static string Render(IReadOnlyList<(string Name, string Value)> values)
    {
        var text = new StringBuilder("# Made by dbgate setup. It contains passwords: git ignores it, and only its owner may read it.\n");
        foreach (var (name, value) in values)
        {
            text.Append(value.Contains('\'', StringComparison.Ordinal)
                ? $"{name}=\"{value.Replace("$", "\\$", StringComparison.Ordinal)}\"\n"
                : $"{name}='{value}'\n");
        }

        return text.ToString();
    }

    /// <summary>Writes the file with mode 0600, from its first byte on.</summary>
    /// <exception cref="GateException">DBG0078: it exists already. DBG0072: it cannot be written.</exception>
    public static void Write(string root, IReadOnlyList<(string Name, string Value)> values)
    {
        var path = Path.Combine(root, Name);
        if (Path.Exists(path))
        {
            throw new GateException(StarterProblems.SetupStopped($"{Name} exists already", "Edit it, or move it away and run it again"));
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var file = new FileStream(path, options);
            file.Write(Encoding.UTF8.GetBytes(Render(values)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(StarterProblems.NotWritten(Name, exception.Message), exception);
        }
    }
}
