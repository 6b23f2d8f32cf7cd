using System.Text;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports.Html;
using DbGate.Reports.Live;
using DbGate.Service.Caching;
using DbGate.Targets;
using Microsoft.AspNetCore.Http;

namespace DbGate.Service.Admin;

/// <summary>The page at <c>/admin</c>. Backups and refusals are read at most once a period, however often it is reloaded.</summary>
sealed class LivePageSource
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    readonly Settings settings;
    readonly CommandStyle style;
    readonly OverviewSource overview;
    readonly Cached<LiveHistory> history;

    /// <summary>Reads nothing before it is asked.</summary>
    public LivePageSource(Settings settings, GateServices services, OverviewSource overview)
    {
        (this.settings, this.overview, style) = (settings, overview, services.Style);
        history = new(Period, services.Clock, async () =>
        {
            await using var context = new GateContext(settings, services);
            return await LiveReader.ReadAsync(context, Timeout, CancellationToken.None);
        });
    }

    /// <summary>Answers with the page.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var page = Encoding.UTF8.GetBytes(LivePage.Render(await ReadAsync(http.RequestAborted), style));
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        http.Response.Headers.ContentSecurityPolicy = $"{LivePage.Policy}; frame-ancestors 'none'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        await http.Response.Body.WriteAsync(page, http.RequestAborted);
    }

    async Task<LiveState> ReadAsync(CancellationToken cancellationToken)
    {
        var (known, read) = (overview.GetAsync(cancellationToken), history.GetAsync(cancellationToken).AsTask());
        var (now, more) = (await known, (await read).Value);
        return new LiveState
        {
            At = now.TakenAt,
            ToolVersion = ToolVersion.Current,
            Environment = now.Environment,
            Targets = [.. Targets(now.Target)],
            Gates = now.Ready.Reports,
            History = more.History,
            Records = now.Records,
            Refusals = more.Refusals,
            NotKnown = [.. now.Problems.Select(problem => problem.Message).Concat(more.NotKnown).Distinct()],
        };
    }

    IEnumerable<LiveTarget> Targets(string? application)
    {
        if (application is null)
        {
            yield break;
        }

        yield return new LiveTarget("the application's way", application);
        if (Redacted(() => Target.Resolve(settings).DirectUrl) is { } direct && direct != application)
        {
            yield return new LiveTarget("the direct way, for locks and deploys", direct);
        }

        if (settings.Find(DatabaseSettings.ReadReplicaUrl) is { Text.Length: > 0 } replica
            && Redacted(() => PostgresUrl.Parse(replica.Text, replica.Source.Name)) is { } other)
        {
            yield return new LiveTarget("the read replica", other);
        }
    }

    static string? Redacted(Func<PostgresUrl> url)
    {
        try
        {
            return url().Redacted;
        }
        catch (GateException)
        {
            return null; // the checks say so
        }
    }
}
