using System.Collections;
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
    // By these libpq finds an address or a password without a variable of DbGate's.
    static readonly string[] OfLibpq = ["PGHOSTADDR", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR"];

    /// <summary>Of these addresses.</summary>
    public static ProductionAddress From(params IEnumerable<PostgresUrl> urls) =>
        new([.. urls.Where(url => !url.IsLocal).SelectMany(url => url.Host.Split(',')).Distinct(StringComparer.OrdinalIgnoreCase)]);

    /// <summary>The variables that a rehearsed command does not get.</summary>
    public IReadOnlyDictionary<string, string?> Withheld(IDictionary variables)
    {
        var withheld = OfLibpq.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        foreach (DictionaryEntry variable in variables)
        {
            if (IsIn((string?)variable.Value ?? ""))
            {
                withheld[(string)variable.Key] = null;
            }
        }

        return withheld;
    }

    /// <summary>The first file of a project that names a host; null when none does.</summary>
    public string? FindIn(ProjectTree project) => Hosts.Count == 0 ? null : project.Files.FirstOrDefault(file => IsIn(project.Text(file)));

    bool IsIn(string text) => Hosts.Any(host => text.Contains(host, StringComparison.OrdinalIgnoreCase));
}
