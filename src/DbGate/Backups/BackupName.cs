using System.Globalization;
using System.Text.RegularExpressions;

namespace DbGate.Backups;

/// <summary>The name of an archive: <c>&lt;name&gt;_&lt;environment&gt;_&lt;yyyyMMdd_HHmmss&gt;.sql.gz</c>, in UTC.</summary>
/// <param name="Name">The database's name, made of letters, digits, dots and hyphens only.</param>
/// <param name="Environment">The environment, in lower case.</param>
/// <param name="Time">When the backup began; UTC, whole seconds.</param>
sealed partial record BackupName(string Name, string Environment, DateTimeOffset Time)
{
    /// <summary>The end of the key of an engine's proof, which is named like an archive otherwise.</summary>
    internal const string ProofEnding = ".engine.json";

    const string ArchiveEnding = ".sql.gz";
    const string TimeFormat = "yyyyMMdd_HHmmss";
    const int LongestName = 80;

    /// <summary>The key in the store.</summary>
    public string Key => $"{Name}_{Environment}_{Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{ArchiveEnding}";

    /// <summary>The key of an engine's proof.</summary>
    public string ProofKey => $"{Key[..^ArchiveEnding.Length]}{ProofEnding}";

    /// <summary>What the keys of all backups of a database and environment begin with.</summary>
    public string Prefix => $"{Name}_{Environment}_";

    /// <summary>It is a backup of this environment and database; null means any.</summary>
    public bool IsOf(string? environment, string? database) =>
        (environment is null || Environment == Sanitized(environment)) && (database is null || Name == Sanitized(database));

    /// <summary>The name for a backup that begins now.</summary>
    public static BackupName For(string database, string environment, DateTimeOffset now) =>
        new(Sanitized(database), Sanitized(environment), now.ToUniversalTime().AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)));

    /// <summary>Takes a key apart; null when it is no archive's.</summary>
    public static BackupName? Find(string key) =>
        Pattern().Match(key) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            match.Groups["time"].Value, TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new(match.Groups["name"].Value, match.Groups["environment"].Value, time)
            : null;

    /// <summary>True for the key of an engine's proof.</summary>
    public static bool IsProof(string key) => key.EndsWith(ProofEnding, StringComparison.Ordinal);

    /// <summary>Takes the key of an archive or of an engine's proof apart; null when it is neither.</summary>
    public static BackupName? FindTested(string key) => Find(IsProof(key) ? $"{key[..^ProofEnding.Length]}{ArchiveEnding}" : key);

    // What is left of a name is never empty and never begins with a dot.
    static string Sanitized(string text)
    {
        var name = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-').Take(LongestName)])
            .Trim('.', '-');
        return name.Length == 0 ? "database" : name;
    }

    [GeneratedRegex(
        @"^(?<name>[A-Za-z0-9._-]+)_(?<environment>[A-Za-z0-9.-]+)_(?<time>\d{8}_\d{6})\.sql\.gz$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
