namespace DbGate.Configuration;

/// <summary>Who reads the rows.</summary>
enum DumpReader
{
    /// <summary>
    /// Long-lived <c>psql</c> workers that copy ranges of pages on one snapshot: fast, and one huge table is split among them.
    /// </summary>
    Copy,

    /// <summary><c>pg_dump</c> processes, each for some tables: slower; what <see cref="Copy"/> is compared with.</summary>
    PgDump,
}
