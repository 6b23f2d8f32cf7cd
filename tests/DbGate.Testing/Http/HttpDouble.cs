using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DbGate.Testing.Http;

/// <summary>
/// A small HTTP/1.1 server on loopback for doubles of other people's services: keeps connections alive, reads both kinds of bodies,
/// answers <c>Expect: 100-continue</c>, and can be told to misbehave as networks and services do.
/// </summary>
public sealed class HttpDouble : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly Action<HttpExchange> handle;
    readonly List<(Func<HttpExchange, bool> Applies, Fault Fault, int Times)> faults = [];
    readonly List<HttpExchange> seen = [];
    readonly Lock gate = new();
    readonly Task accepting;

    public HttpDouble(Action<HttpExchange> handle)
    {
        this.handle = handle;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>What was asked, in order, also where no answer was given.</summary>
    public IReadOnlyList<HttpExchange> Seen
    {
        get
        {
            lock (gate)
            {
                return [.. seen];
            }
        }
    }

    /// <summary>Misbehaves at the next so many requests that the predicate names.</summary>
    public void Inject(Fault fault, Func<HttpExchange, bool> at, int times = 1)
    {
        lock (gate)
        {
            faults.Add((at, fault, times));
        }
    }

    /// <summary>Misbehaves no more.</summary>
    public void Recover()
    {
        lock (gate)
        {
            faults.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            client.NoDelay = true;
            await using var stream = new BufferedStream(client.GetStream(), 64 << 10);
            while (await ReadAsync(stream) is { } exchange)
            {
                var fault = Note(exchange);
                if (fault is Fault.Drop)
                {
                    return;
                }

                if (fault is Fault.Silence)
                {
                    await Task.Delay(Timeout.Infinite, stop.Token);
                }

                if (fault is Fault.Answer wrong)
                {
                    exchange.Answer(wrong.Status, wrong.Body, wrong.ContentType);
                    foreach (var (name, value) in wrong.Headers)
                    {
                        exchange.AnswerHeaders[name] = value;
                    }
                }
                else
                {
                    handle(exchange);
                }

                if (fault is Fault.LoseAnswer)
                {
                    return;
                }

                exchange.CutAfter = (fault as Fault.Cut)?.After;
                (fault as Fault.Alter)?.Change(exchange.AnswerBody);
                if (!await WriteAsync(stream, exchange))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or the test is over.
        }
    }

    Fault? Note(HttpExchange exchange)
    {
        lock (gate)
        {
            seen.Add(exchange);
            var index = faults.FindIndex(entry => entry.Times > 0 && entry.Applies(exchange));
            if (index < 0)
            {
                return null;
            }

            var (applies, fault, times) = faults[index];
            faults[index] = (applies, fault, times - 1);
            return fault;
        }
    }

    static async Task<HttpExchange?> ReadAsync(BufferedStream stream)
    {
        if (await ReadLineAsync(stream) is not { Length: > 0 } first)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(stream) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        if (headers.TryGetValue("Expect", out var expected) && expected == "100-continue")
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
            await stream.FlushAsync();
        }

        var parts = first.Split(' ');
        return new(parts[0], parts[1], headers, await ReadBodyAsync(stream, headers));
    }

    static async Task<byte[]> ReadBodyAsync(BufferedStream stream, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
        {
            var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body);
            return body;
        }

        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return [];
        }

        using var chunks = new MemoryStream();
        while (int.Parse((await ReadLineAsync(stream))!.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0
            and var size)
        {
            var chunk = new byte[size];
            await stream.ReadExactlyAsync(chunk);
            chunks.Write(chunk);
            await ReadLineAsync(stream);
        }

        await ReadLineAsync(stream);
        return chunks.ToArray();
    }

    static async Task<bool> WriteAsync(BufferedStream stream, HttpExchange exchange)
    {
        var head = new StringBuilder($"HTTP/1.1 {exchange.Status} x\r\nDate: {DateTimeOffset.UtcNow:r}\r\n");
        if (!exchange.AnswerHeaders.ContainsKey("Content-Length"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {exchange.AnswerBody.Length}\r\n");
        }

        foreach (var (name, value) in exchange.AnswerHeaders)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        if (exchange.Method != "HEAD")
        {
            await stream.WriteAsync(
                exchange.AnswerBody.AsMemory(0, Math.Min(exchange.CutAfter ?? int.MaxValue, exchange.AnswerBody.Length)));
        }

        await stream.FlushAsync();
        return exchange.CutAfter is null;
    }

    static async Task<string?> ReadLineAsync(BufferedStream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
