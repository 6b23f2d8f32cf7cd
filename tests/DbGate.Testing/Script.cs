using System.Text;

namespace DbGate.Testing;

/// <summary>
/// Programs that a test writes and starts at once. Another process writes them: a file that this one has open for writing is inherited by
/// every child that other tests start meanwhile, until that child's own program begins, and for so long the system refuses to run it
/// (ETXTBSY).
/// </summary>
public static class Script
{
    /// <summary>Writes a text that only its owner may run.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="text">With its first line, <c>#!…</c>.</param>
    public static void Write(string path, string text)
    {
        using var writer = Shell.Start("/bin/sh", ["-c", "cat >\"$1\" && chmod 700 \"$1\"", "sh", path]);
        writer.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(text));
        writer.StandardInput.Close();
        writer.WaitForExit();
        if (writer.ExitCode != 0)
        {
            throw new IOException(writer.StandardError.ReadToEnd());
        }
    }
}
