using System.Text.Json;
using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Migrations.Failures;
using DbGate.Releases;

namespace DbGate.Reports;

/// <summary>The member <c>release</c> of the JSON report. The plan itself is next to it as <c>plan.json</c>.</summary>
static class JsonRelease
{
    public static void Write(Utf8JsonWriter json, ReleaseFacts release)
    {
        json.WriteStartObject();
        json.WriteString("plan", release.Digest);
        json.WriteBoolean("stored", release.IsStored);
        json.WriteString("expiresAt", release.Plan is { } plan ? JsonReport.Time(plan.ExpiresAt) : null);
        json.WriteString("requestedBy", release.Plan?.RequestedBy);
        JsonReport.Array(json, "approvals", release.Approvals, static (json, approval) =>
        {
            json.WriteStartObject();
            json.WriteString("by", approval.By);
            json.WriteString("at", JsonReport.Time(approval.At));
            json.WriteString("via", approval.Via);
            if (approval.ClaimedBy is { } account)
            {
                json.WriteString("claimedBy", account.ToString());
            }

            JsonReport.Array(json, "acceptedLosses", approval.AcceptedLosses, Text);
            json.WriteEndObject();
        });
        JsonReport.Array(json, "approvalsNotCounted", release.ApprovalsNotCounted, Text);
        json.WriteNumber("approvalsRequired", release.ApprovalsRequired);
        Failed(
            json, "failedRehearsal", release.FailedRehearsal?.Failure,
            json => json.WriteNumber("statementsKept", release.FailedRehearsal!.StatementsKept));
        Failed(json, "failedDeploy", release.FailedDeploy?.Failure, json =>
        {
            var failed = release.FailedDeploy!;
            Number(json, "statementsKept", failed.StatementsKept);
            json.WriteBoolean("isCertain", failed.Failure.Place?.IsCertain == true);
            JsonReport.Array(json, "applied", failed.Applied, Text);
            JsonReport.Array(json, "notBegun", failed.NotBegun, Text);
            JsonReport.Array(json, "state", failed.State, Text);
            JsonReport.Array(json, "ways", failed.Ways, static (json, way) =>
            {
                json.WriteStartObject();
                json.WriteString("name", way.Name);
                JsonReport.Array(json, "commands", way.Commands, Text);
                Number(json, "milliseconds", way.Milliseconds);
                json.WriteString("basis", way.Basis);
                json.WriteEndObject();
            });
        });
        if (release.Deployed is { } deployed)
        {
            JsonReport.Array(json, "deployed", deployed, Text);
        }
        else
        {
            json.WriteNull("deployed");
        }

        json.WritePropertyName("history");
        if (release.History is { } history)
        {
            Write(json, history);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }

    /// <summary>What a rehearsal and a deploy that failed have in common, and then what only one of them has.</summary>
    static void Failed(Utf8JsonWriter json, string name, MigrationFailure? failure, Action<Utf8JsonWriter> more)
    {
        if (failure is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("migration", failure.Migration);
        Number(json, "statement", failure.Place?.Statement);
        Number(json, "line", failure.Place?.Line);
        json.WriteString("words", failure.Words);
        more(json);
        json.WriteEndObject();
    }

    static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    static void Write(Utf8JsonWriter json, BackupHistory history)
    {
        json.WriteStartObject();
        json.WriteString("store", history.Store);
        json.WriteNumber("older", history.Older);
        JsonReport.Array(json, "backups", history.Backups, static (json, backup) =>
        {
            json.WriteStartObject();
            json.WriteString("key", backup.Key);
            json.WriteString("takenAt", JsonReport.Time(backup.TakenAt));
            json.WriteNumber("bytes", backup.Bytes);
            json.WriteNumber("databaseBytes", backup.DatabaseBytes);
            json.WriteNumber("rows", backup.Rows);
            json.WriteNumber("milliseconds", (long)backup.Took.TotalMilliseconds);
            json.WriteString("level", backup.Level);
            json.WriteEndObject();
        });
        JsonReport.Array(json, "restoreTests", history.RestoreTests, static (json, test) =>
        {
            json.WriteStartObject();
            json.WriteString("archive", test.Archive);
            json.WriteString("testedAt", JsonReport.Time(test.TestedAt));
            json.WriteBoolean("passed", test.Passed);
            json.WriteString("level", test.Level);
            json.WriteNumber("restoreMilliseconds", (long)test.RestoreTime.TotalMilliseconds);
            json.WriteNumber("rows", test.Rows);
            json.WriteEndObject();
        });
        JsonReport.Array(json, "tables", history.Tables, static (json, table) =>
        {
            json.WriteStartObject();
            json.WriteString("table", table.Table);
            JsonReport.Array(json, "rows", table.Rows, static (json, rows) =>
            {
                if (rows is { } count)
                {
                    json.WriteNumberValue(count);
                }
                else
                {
                    json.WriteNullValue();
                }
            });
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    static void Text(Utf8JsonWriter json, string text) => json.WriteStringValue(text);
}
