using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DbGate.Testing.Http;

namespace DbGate.Testing.GitHub;

/// <summary>
/// Checks requests against GitHub's own description of its API: prism over <c>@octokit/openapi</c>, one server for all tests of a process.
/// The description is cut down to the paths that are called (tests/github/describe.mjs), or starting would take half a minute.
/// </summary>
public sealed class Prism : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);
    static readonly Lock Gate = new();
    static Task<Prism>? shared;

    /// <summary>Every path that DbGate calls. What is missing here is answered 404, which is a finding.</summary>
    static readonly string[] Paths =
    [
        "/user",
        "/repos/{owner}/{repo}/check-runs",
        "/repos/{owner}/{repo}/check-runs/{check_run_id}",
        "/repos/{owner}/{repo}/commits/{ref}/check-runs",
        "/repos/{owner}/{repo}/statuses/{sha}",
        "/repos/{owner}/{repo}/commits/{ref}/status",
        "/repos/{owner}/{repo}/commits/{ref}/statuses",
        "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
        "/repos/{owner}/{repo}/deployments",
        "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
        "/repos/{owner}/{repo}/issues",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        "/repos/{owner}/{repo}/actions/runs/{run_id}/approvals",
        "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}",
        "/repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule",
        "/repos/{owner}/{repo}/environments/{environment_name}",
    ];

    readonly Process process;
    readonly HttpClient client;

    Prism(Process process, Uri url)
    {
        this.process = process;
        client = new HttpClient { BaseAddress = url };
    }

    /// <summary>The shared server, started by the first test that asks.</summary>
    public static Task<Prism> SharedAsync()
    {
        lock (Gate)
        {
            return shared ??= StartAsync();
        }
    }

    /// <summary>Stops the shared server.</summary>
    public static async Task StopSharedAsync()
    {
        if (shared is { IsCompletedSuccessfully: true } started)
        {
            await (await started).DisposeAsync();
        }
    }

    /// <summary>What is wrong with a request; null when GitHub describes it so.</summary>
    /// <param name="exchange">The request, as a double saw it.</param>
    /// <param name="prefix">Where the API began there.</param>
    public async Task<string?> CheckAsync(HttpExchange exchange, string prefix = "")
    {
        using var request = new HttpRequestMessage(new HttpMethod(exchange.Method), exchange.Target[prefix.Length..]);

        // GitHub's own media types are none that the description knows.
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", exchange.Header("Authorization"));
        if (exchange.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(exchange.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode || !IsAboutTheRequest(text)
            ? null
            : $"{exchange.Method} {exchange.Target}: {(int)answer.StatusCode} {text}";
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>False when prism only states that GitHub's own example of an answer does not fit GitHub's own description of it.</summary>
    static bool IsAboutTheRequest(string answer) =>
        JsonNode.Parse(answer)?["validation"] is not JsonArray { Count: > 0 } found
        || found.Any(one => one!["location"]?[0]?.GetValue<string>() != "response");

    /// <summary>Written once for these paths: prism watches its file, and would begin again when another process wrote it.</summary>
    static async Task<string> DescribeAsync(string folder)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Paths))));
        var description = Path.Combine(folder, $"api-{digest[..12]}.json");
        if (!File.Exists(description))
        {
            var draft = $"{description}.{Environment.ProcessId}";
            (await Shell.RunAsync("node", [Path.Combine(folder, "describe.mjs"), Path.Combine(folder, "node_modules"), draft, .. Paths]))
                .Succeeded();
            File.Move(draft, description, overwrite: true);
        }

        return description;
    }

    static async Task<Prism> StartAsync()
    {
        var folder = await new NpmFolder("github", "describe.mjs").InstallAsync();
        var description = await DescribeAsync(folder);
        var port = LoopbackPorts.Free();
        var process = Shell.Start(
            "node",
            [Path.Combine(folder, "node_modules", "@stoplight", "prism-cli", "dist", "index.js"), "mock", "--errors", "--host",
                "127.0.0.1", "--port", $"{port}", description], folder);
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Contains("Prism is listening", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new(process, new Uri($"http://127.0.0.1:{port}"));
            }
        }

        throw new InvalidOperationException($"prism did not start: {await process.StandardError.ReadToEndAsync(deadline.Token)}");
    }
}
