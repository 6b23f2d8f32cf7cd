using System.Globalization;
using System.Text.RegularExpressions;

namespace DbGate.Backups.Providers;

/// <summary>What the <c>backup_label</c> of a base backup contains.</summary>
/// <param name="Lsn">Where its recovery begins.</param>
/// <param name="WalFile">The segment of that position.</param>
/// <param name="StartedAt">When the backup began, as the server wrote it.</param>
/// <param name="IsIncremental">It needs an earlier backup.</param>
sealed partial record BaseBackupLabel(string Lsn, string WalFile, DateTimeOffset StartedAt, bool IsIncremental)
{
    /// <summary>The file that ends a base backup.</summary>
    public const string Manifest = "backup_manifest";

    const string File = "backup_label";
    const int Longest = 64 << 10;

    /// <summary>Reads it.</summary>
    /// <exception cref="Problems.GateException">DBG0367: it is missing or unreadable: the newest backup is not passed over.</exception>
    public static BaseBackupLabel Read(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, File));
        return file is { Exists: true, Length: < Longest } && Find(System.IO.File.ReadAllText(file.FullName)) is { } label
            ? label
            : throw EngineProblems.Faulty("pg_basebackup", Path.GetFileName(folder), $"its {File} is missing or unreadable");
    }

    /// <summary>Reads the text; null when it is not a label's.</summary>
    internal static BaseBackupLabel? Find(string text) =>
        Start().Match(text) is { Success: true } start && Time().Match(text) is { Success: true } time
        && DateTimeOffset.TryParseExact(
            time.Groups["time"].Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new(start.Groups["lsn"].Value, start.Groups["file"].Value, at, text.Contains("INCREMENTAL FROM", StringComparison.Ordinal))
            : null;

    [GeneratedRegex(@"^START WAL LOCATION: (?<lsn>[0-9A-F]+/[0-9A-F]+) \(file (?<file>[0-9A-F]{24})\)", RegexOptions.Multiline)]
    private static partial Regex Start();

    [GeneratedRegex(@"^START TIME: (?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", RegexOptions.Multiline)]
    private static partial Regex Time();
}
