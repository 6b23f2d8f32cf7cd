using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary><c>\restrict</c>: after it, <c>psql</c> runs no command of its own until it is told the same key again.</summary>
static class PsqlRestrict
{
    static readonly Version[] First = [new(13, 22), new(14, 19), new(15, 14), new(16, 10), new(17, 6)];

    public static bool IsKnownTo(ClientTool psql) =>
        Array.Find(First, first => first.Major == psql.Version.Major) is { } own
            ? psql.Version >= own
            : psql.Version.Major > First[^1].Major;
}
