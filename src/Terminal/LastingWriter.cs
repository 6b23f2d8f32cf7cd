using System.Text;

namespace DbGate.Terminal;

/// <summary>
/// Writes to a terminal until it is gone (a closed window, a dropped ssh session) and discards the rest. A failed write must not end a run
/// that still has child processes to stop and secrets to delete.
/// </summary>
sealed class LastingWriter(TextWriter terminal) : TextWriter
{
    bool isGone;

    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Replaces the console's writers that lead to a terminal. A file that cannot be written stays an error.</summary>
    public static void Install()
    {
        if (!Console.IsOutputRedirected && Console.Out is not LastingWriter)
        {
            Console.SetOut(new LastingWriter(Console.Out));
        }

        if (!Console.IsErrorRedirected && Console.Error is not LastingWriter)
        {
            Console.SetError(new LastingWriter(Console.Error));
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (isGone)
        {
            return;
        }

        try
        {
            terminal.Write(buffer);
        }
        catch (IOException)
        {
            isGone = true;
        }
    }

    public override void Flush()
    {
        try
        {
            terminal.Flush();
        }
        catch (IOException)
        {
            isGone = true;
        }
    }
}
