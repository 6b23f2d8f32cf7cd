using System.Text;

namespace DbGate.Processes;

/// <summary>Drains a stream to its end: hands on scrubbed lines and keeps a bounded tail of them.</summary>
sealed class LineCapture(Scrubber scrubber, int tailLength, bool isError, Action<ChildLine>? onLine)
{
    const int LongLine = 8 * 1024;

    readonly Lock gate = new();
    readonly Queue<string> tail = new();
    int tailSize;

    /// <summary>What is kept, up to now.</summary>
    public string Tail
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', tail);
            }
        }
    }

    public async Task DrainAsync(Stream stream)
    {
        using var reader =
            new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024);
        var buffer = new char[16 * 1024];
        var pending = new StringBuilder();
        try
        {
            for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
            {
                Take(pending, buffer.AsSpan(0, read));
            }
        }
        catch (IOException)
        {
            // The pipe was closed under it; what came before counts.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }

        if (pending.Length > 0)
        {
            Emit(scrubber.Scrub(pending.ToString()));
        }
    }

    void Take(StringBuilder pending, ReadOnlySpan<char> text)
    {
        while (text.IndexOf('\n') is var end and >= 0)
        {
            pending.Append(text[..end]);
            Emit(scrubber.Scrub(pending.ToString()).TrimEnd('\r'));
            pending.Clear();
            text = text[(end + 1)..];
        }

        pending.Append(text);
        if (pending.Length > LongLine + scrubber.Longest)
        {
            // A secret may be half in what is still to come: its possible beginning stays behind.
            var scrubbed = scrubber.Scrub(pending.ToString());
            var kept = Math.Min(scrubbed.Length, Math.Max(scrubber.Longest - 1, 0));
            Emit(scrubbed[..^kept]);
            pending.Clear().Append(scrubbed.AsSpan(scrubbed.Length - kept));
        }
    }

    void Emit(string line)
    {
        lock (gate)
        {
            var kept = line.Length <= tailLength ? line : line[^tailLength..];
            tail.Enqueue(kept);
            tailSize += kept.Length + 1;
            while (tailSize > tailLength + 1 && tail.Count > 1)
            {
                tailSize -= tail.Dequeue().Length + 1;
            }
        }

        onLine?.Invoke(new ChildLine(line, isError));
    }
}
