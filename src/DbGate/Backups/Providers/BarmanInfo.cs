using System.Globalization;
using System.Text.Json;
using DbGate.Problems;

namespace DbGate.Backups.Providers;

/// <summary>Reads what Barman prints. Pure.</summary>
static class BarmanInfo
{
    const string Engine = "Barman";
    const string Done = "DONE";
    const string Control = "/global/pg_control";

    /// <summary>The newest backup that is complete.</summary>
    /// <param name="json">What <c>list-backup</c> printed.</param>
    /// <param name="server">The server's name.</param>
    /// <exception cref="GateException">DBG0364: there is none; DBG0367: a newer one failed.</exception>
    public static string Newest(string json, string server)
    {
        var all = List(json, server);
        var newest = all.Where(one => one.Status == Done).Select(one => one.Id).Max(StringComparer.Ordinal)
            ?? throw EngineProblems.NoBackup(Engine, $"the server {server}", "no backup has the status DONE");
        return all.FirstOrDefault(one => one.Status == "FAILED" && string.CompareOrdinal(one.Id, newest) > 0) is { Id: { } failed }
            ? throw EngineProblems.Faulty(Engine, failed, "its status is FAILED")
            : newest;
    }

    /// <summary>The ids of all complete backups.</summary>
    public static IReadOnlySet<string> Labels(string json, string server) =>
        List(json, server).Where(one => one.Status == Done).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>A backup.</summary>
    /// <param name="json">What <c>show-backup</c> printed.</param>
    /// <param name="server">The server's name.</param>
    /// <param name="id">Its id.</param>
    /// <param name="systemIdentifier">Of its cluster.</param>
    /// <param name="serverMajor">Of its cluster.</param>
    /// <exception cref="GateException">DBG0363: the text is not understood; DBG0379: it has tablespaces.</exception>
    public static EngineBackup Read(string json, string server, string id, string systemIdentifier, int serverMajor) =>
        Understood("show-backup", () =>
        {
            using var document = JsonDocument.Parse(json);
            var backup = document.RootElement.GetProperty(server);
            var about = backup.GetProperty("base_backup_information");

            // Barman would restore them to their places on this machine, which may be production's.
            return backup.GetProperty("tablespaces").GetArrayLength() > 0
                ? throw EngineProblems.Unsupported(Engine, id, "the cluster has tablespaces outside its data folder")
                : new EngineBackup
                {
                    Label = id,
                    Kind = "full",
                    SystemIdentifier = systemIdentifier,
                    ServerMajor = serverMajor,
                    StoppedAt = DateTimeOffset.FromUnixTimeSeconds(
                        long.Parse(about.GetProperty("end_time_timestamp").GetString()!, CultureInfo.InvariantCulture)),
                    FirstWal = about.GetProperty("begin_wal").GetString()!,
                    Bytes = about.GetProperty("disk_usage_bytes").GetInt64(),
                    Place = server,
                };
        });

    /// <summary>The data folder of a backup.</summary>
    /// <param name="files">What <c>list-files --target data</c> printed.</param>
    /// <param name="id">Its id.</param>
    /// <exception cref="GateException">DBG0367: it has no pg_control.</exception>
    public static string DataFolder(string files, string id) =>
        files.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(path => path.EndsWith(Control, StringComparison.Ordinal)) is { } control
            ? control[..^Control.Length]
            : throw EngineProblems.Faulty(Engine, id, "it does not contain global/pg_control");

    static IReadOnlyList<(string Id, string Status)> List(string json, string server) => Understood("list-backup", () =>
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(server).EnumerateArray()
            .Select(one => (one.GetProperty("backup_id").GetString()!, one.GetProperty("status").GetString()!)).ToArray();
    });

    static T Understood<T>(string command, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw EngineProblems.Unreadable(Engine, $"barman {command}", fault.Message);
        }
    }
}
