using System.Collections;

namespace DbGate.Postgres;

/// <summary>
/// An empty <c>PG…</c> variable is how pipelines state "not set", and libpq agrees for most of them. The driver does not: an empty
/// PGSSLROOTCERT is a certificate file without a name to it, and the connection fails with a wrong diagnosis.
/// </summary>
static class EmptyVariables
{
    /// <summary>Removes them from this process, once at its start.</summary>
    public static void Remove()
    {
        foreach (var name in Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(IsEmpty)
            .Select(entry => (string)entry.Key)
            .ToArray())
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    internal static bool IsEmpty(DictionaryEntry entry) =>
        (string)entry.Key is ['P', 'G', _, ..] name
            && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
            && string.IsNullOrEmpty((string?)entry.Value);
}
