using System.Collections;
using System.Net;
using System.Net.Sockets;
using DbGate.Migrations.Tools;
using DbGate.Postgres;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// Keeps the address of the target from a command that is rehearsed, and finds it in the project's files. The name of the host counts: a
/// URL may be put together of parts.
/// </summary>
/// <param name="Hosts">The names of the target's hosts that are not this machine's.</param>
sealed record ProductionAddress(IReadOnlyList<string> Hosts)
{
    const string Jdbc = "jdbc:postgresql://";

    // A name that takes longer is not resolved here either.
    static readonly TimeSpan Resolving = TimeSpan.FromSeconds(3);

    // By these libpq finds an address or a password without a variable of DbGate's. Its files have usual places, so they are set to none.
    static readonly string[] OfLibpq = ["PGHOSTADDR", "PGSERVICE", "PGSYSCONFDIR"];
    static readonly string[] FilesOfLibpq = ["PGPASSFILE", "PGSERVICEFILE"];

    /// <summary>Of these addresses.</summary>
    public static ProductionAddress From(params IEnumerable<PostgresUrl> urls) =>
        new([.. urls.Where(url => !url.IsLocal).SelectMany(url => url.Host.Split(',')).Distinct(StringComparer.OrdinalIgnoreCase)]);

    /// <summary>
    /// What a rehearsed command gets instead of variables that lead to another database: each PostgreSQL address, whatever the variable is
    /// called, becomes the scratch database's.
    /// </summary>
    /// <param name="variables">Of the run.</param>
    /// <param name="scratch">The scratch database.</param>
    public IReadOnlyDictionary<string, string?> Replaced(IDictionary variables, PostgresUrl scratch)
    {
        var replaced = OfLibpq.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        foreach (var file in FilesOfLibpq)
        {
            replaced[file] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        }

        foreach (DictionaryEntry variable in variables)
        {
            var (name, value) = ((string)variable.Key, (string?)variable.Value ?? "");
            if (InPlaceOf(value, scratch) is { } own)
            {
                replaced[name] = own;
            }
            else if (IsIn(value))
            {
                replaced[name] = null;
            }
        }

        return replaced;
    }

    /// <summary>The same with the numbers that the names mean; a name that is not known here has none.</summary>
    public ProductionAddress WithNumbers() => new([.. Hosts, .. Hosts.SelectMany(Numbers).Distinct(StringComparer.Ordinal)]);

    static IEnumerable<string> Numbers(string host)
    {
        try
        {
            var asked = Dns.GetHostAddressesAsync(host);
            return asked.Wait(Resolving) ? [.. asked.Result.Where(one => !IPAddress.IsLoopback(one)).Select(one => $"{one}")] : [];
        }
        catch (Exception exception) when (exception is AggregateException or SocketException or ArgumentException)
        {
            return [];
        }
    }

    static string? InPlaceOf(string value, PostgresUrl scratch) =>
        value.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
            || value.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) ? scratch.Reveal()
        : value.StartsWith(Jdbc, StringComparison.OrdinalIgnoreCase) ? $"{Jdbc}{scratch.Host}:{scratch.Port}/{scratch.Database}"
        : PostgresUrl.IsConnectionString(value) ? scratch.ToConnectionString()
        : null;

    /// <summary>The first file of a project that names a host; null when none does.</summary>
    public string? FindIn(ProjectTree project) => Hosts.Count == 0 ? null : project.Files.FirstOrDefault(file => IsIn(project.Text(file)));

    bool IsIn(string text) => Hosts.Any(host => text.Contains(host, StringComparison.OrdinalIgnoreCase));
}
