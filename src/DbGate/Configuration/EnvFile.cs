using System.Text;
using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>Writes one assignment into a <c>.env</c> file: every other byte stays, and there is never half a file.</summary>
static class EnvFile
{
    /// <summary>
    /// Sets a variable: its last assignment is replaced, or a line is added at the end. The file is made when it is absent.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The variable.</param>
    /// <param name="value">A word without spaces, quotes or line ends.</param>
    /// <exception cref="GateException">DBG0003: the file is none that could be read again.</exception>
    /// <exception cref="IOException">It is a symbolic link, or could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Set(string path, string name, string value)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            throw new IOException("it is a symbolic link, which is not followed");
        }

        var before = file.Exists ? File.ReadAllBytes(path) : [];
        Replace(
            path, With(before, Path.GetFileName(path), name, value),
            file.Exists && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(path) : null);
    }

    /// <summary>The file's bytes with the assignment. A pure function.</summary>
    internal static byte[] With(byte[] bytes, string shownAs, string name, string value)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        string text;
        try
        {
            text = utf8.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw new GateException(ConfigurationProblems.BrokenDotEnv(shownAs, null, "it is not UTF-8"), fault);
        }

        // The reader knows which lines are assignments and which are inside of quotes.
        var entry = DotEnvFile.Parse(text, shownAs, new Dictionary<string, string>()).LastOrDefault(entry => entry.Name == name);
        var newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (entry is null)
        {
            return utf8.GetBytes($"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : newline)}{name}={value}{newline}");
        }

        var start = 0;
        for (var line = 1; line < entry.Line; line++)
        {
            start = text.IndexOf('\n', start) + 1;
        }

        var equals = text.IndexOf('=', start) + 1;
        var end = EndOfValue(text, equals);
        return utf8.GetBytes($"{text[..equals]}{value}{text[end..]}");
    }

    // Behind a quoted value, or before the comment or the end of the line.
    static int EndOfValue(string text, int from)
    {
        var first = from;
        while (first < text.Length && text[first] is (' ' or '\t'))
        {
            first++;
        }

        if (first < text.Length && text[first] is ('"' or '\'' or '`'))
        {
            for (var i = first + 1; i < text.Length; i++)
            {
                if (text[i] == text[first] && text[i - 1] != '\\')
                {
                    return i + 1;
                }
            }
        }

        var end = text.AsSpan(from).IndexOfAny("\r\n#") is >= 0 and var found ? from + found : text.Length;
        while (end > from && text[end - 1] is (' ' or '\t'))
        {
            end--;
        }

        return end;
    }

    static void Replace(string path, byte[] bytes, UnixFileMode? mode)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = mode ?? (UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
