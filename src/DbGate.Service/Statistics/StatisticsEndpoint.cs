using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Targets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DbGate.Service.Statistics;

/// <summary><c>GET /admin/database/stats</c>: estimates at once, or with <c>?exact=true</c> counts, written as they come.</summary>
sealed partial class StatisticsEndpoint(StatisticsSource source, ILogger<StatisticsEndpoint> log)
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers. Who hangs up ends the count, in the database too.</summary>
    public async Task AnswerAsync(HttpContext http, bool exact)
    {
        try
        {
            await (exact ? CountAsync(http) : EstimateAsync(http));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // No one listens any more.
        }
        catch (Exception fault) when (fault is GateException or PostgresFault)
        {
            Unavailable(log, fault.Message);
            if (http.Response.HasStarted)
            {
                http.Abort(); // half a document must not look like a whole one
                return;
            }

            await PublicProblem.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, ServiceProblems.Unavailable);
        }
    }

    async Task EstimateAsync(HttpContext http)
    {
        var (statistics, age) = await source.EstimateAsync(http.RequestAborted);
        http.Response.Headers.Age = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(statistics.ToJson()), http.RequestAborted);
    }

    async Task CountAsync(HttpContext http)
    {
        await using var count = await source.StartCountAsync(http.RequestAborted);
        if (count is null)
        {
            http.Response.Headers.RetryAfter = "60";
            await PublicProblem.WriteAsync(http, StatusCodes.Status429TooManyRequests, ServiceProblems.TooMany);
            return;
        }

        var tables = await count.TablesAsync(http.RequestAborted);
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteNumber("sizeBytes", tables.SizeBytes);
        json.WriteNumber("sizeMB", DatabaseStatistics.Megabytes(tables.SizeBytes));
        json.WriteNumber("tableCount", tables.Tables.Count);
        json.WriteStartArray("tables");
        await SendAsync(http, json);
        await foreach (var table in count.RowsAsync(tables, http.RequestAborted))
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteNumber("rowCount", table.RowCount);
            json.WriteEndObject();
            await SendAsync(http, json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await SendAsync(http, json);
    }

    static async Task SendAsync(HttpContext http, Utf8JsonWriter json)
    {
        await json.FlushAsync(http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "statistics could not be read: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);
}
