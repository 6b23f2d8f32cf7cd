namespace DbGate.Postgres;

/// <summary>
/// The lowest versions of the client programs without a known hole that a hostile dump could use. Kept as data: a new advisory
/// (https://www.postgresql.org/support/security/) is one more line.
/// </summary>
static class SecurityFloors
{
    static readonly Floor[] Floors =
    [
        new("CVE-2025-8714, CVE-2025-8715", "a dump's text can run commands in the restoring psql",
            ["psql", "pg_dump", "pg_dumpall", "pg_restore"], [new(13, 22), new(14, 19), new(15, 14), new(16, 10), new(17, 6)]),
        new("CVE-2026-18408", "a dump's text can leave \\restrict and run commands in the restoring psql",
            ["psql"], [new(14, 24), new(15, 19), new(16, 15), new(17, 11), new(18, 6)]),
        new("CVE-2026-116314", "a non-plain archive can attack the restoring program",
            ["pg_restore"], [new(14, 25), new(15, 20), new(16, 16), new(17, 12), new(18, 7)]),
    ];

    /// <summary>The newest advisory that concerns a tool; null when none does.</summary>
    public static Floor? From(ClientTool tool) =>
        Array.FindLast(Floors, floor => floor.Tools.Contains(tool.Name) && floor.IsAbove(tool.Version));

    /// <param name="Advisory">The CVE numbers.</param>
    /// <param name="Danger">What could happen.</param>
    /// <param name="Tools">Which programs it concerns.</param>
    /// <param name="Fixed">The first version of each major without the hole.</param>
    public sealed record Floor(string Advisory, string Danger, string[] Tools, Version[] Fixed)
    {
        /// <summary>A major older than all that were fixed stays open; one newer than all was born without the hole.</summary>
        public bool IsAbove(Version version) =>
            Array.Find(Fixed, mended => mended.Major == version.Major) is { } own ? version < own : version.Major < Fixed[0].Major;

        public Version? For(int major) => Array.Find(Fixed, mended => mended.Major == major);
    }
}
