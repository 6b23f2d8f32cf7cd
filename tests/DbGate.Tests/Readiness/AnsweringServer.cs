using System.Net;
using System.Text;

namespace DbGate.Tests.Readiness;

/// <summary>An application in this process that answers as a test states.</summary>
sealed class AnsweringServer : IAsyncDisposable
{
    readonly HttpListener listener;
    readonly CancellationTokenSource stopping = new();
    readonly Func<int, HttpListenerResponse, CancellationToken, Task> answer;
    readonly Task serving;
    int requests;

    AnsweringServer(Func<int, HttpListenerResponse, CancellationToken, Task> answer)
    {
        this.answer = answer;
        (listener, Address) = Listen();
        serving = ServeAsync();
    }

    public Uri Address { get; }

    public int Requests => requests;

    /// <param name="answer">Gets the number of the request, from 1 on.</param>
    public static AnsweringServer Start(Func<int, HttpListenerResponse, CancellationToken, Task> answer) => new(answer);

    public static AnsweringServer Start(HttpStatusCode status, string body, string contentType = "application/json") =>
        Start((_, response, _) => WriteAsync(response, status, body, contentType));

    public static async Task WriteAsync(
        HttpListenerResponse response, HttpStatusCode status, string body, string contentType = "application/json")
    {
        response.StatusCode = (int)status;
        response.ContentType = contentType;
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Close();
        await serving;
        stopping.Dispose();
    }

    // It cannot choose a port itself, and another person may take the one that was free.
    static (HttpListener Listener, Uri Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            var address = $"http://127.0.0.1:{LoopbackPorts.Free()}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, new Uri($"{address}ready"));
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.Add(AnswerAsync(await listener.GetContextAsync()));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await answer(Interlocked.Increment(ref requests), context.Response, stopping.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is OperationCanceledException or HttpListenerException or ObjectDisposedException or IOException)
        {
            context.Response.Abort(); // the asker is gone, or the test is over
        }
    }
}
