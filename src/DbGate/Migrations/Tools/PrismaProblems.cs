using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>What only a project or a database of Prisma can have.</summary>
static class PrismaProblems
{
    static readonly ProblemCode NotInstalledCode = new("DBG0013", "Prisma is not installed in the project", ExitCode.Environment);
    static readonly ProblemCode NoEngineCode = new("DBG0080", "Prisma's schema engine is missing", ExitCode.Environment);
    static readonly ProblemCode Prisma8Code = new("DBG0210", "Prisma 8 has migrated this database or project", ExitCode.Blocked);
    static readonly ProblemCode ProviderCode = new("DBG0214", "The file migration_lock.toml names another database", ExitCode.Blocked);
    static readonly ProblemCode ConfigCode =
        new("DBG0216", "The Prisma configuration does not set the migrations folder", ExitCode.Usage);

    static readonly ProblemCode LockCode = new("DBG0509", "Prisma's migration lock is held by another session", ExitCode.Locked);

    public static Problem NotInstalled() =>
        new(NotInstalledCode, "the project has no node_modules/prisma, and npx --no-install installs nothing")
        {
            State = DatabaseState.NotContacted,
            Fix = new("Install the packages of the project, or deploy without them (--engine=direct)", FixCommand.Run("npm", "ci")),
        };

    /// <param name="lack">Where it was looked for.</param>
    public static Problem NoEngine(string lack) =>
        new(NoEngineCode, "Prisma's schema engine is not installed, and the deploy needs it")
        {
            Cause = lack,
            State = DatabaseState.NotContacted,
            Fix = new(
                "Let Prisma download it when packages are installed, or deploy without it (--engine=direct)",
                FixCommand.Run("npx", "--no-install", "prisma", "version")),
        };

    public static Problem Prisma8() =>
        new(Prisma8Code, "the project is one of Prisma 6 or 7, and Prisma 8's ledger or migration packages were found")
        {
            Cause = "prisma_contract in the database, or ops.json in the migrations folder",
            State = DatabaseState.Untouched,
            Fix = "If Prisma 8 migrates this database, set migrations.tool to \"prisma8\"; if it was a trial, remove what it left",
        };

    public static Problem Provider(string provider) =>
        new(ProviderCode, $"migration_lock.toml says provider \"{provider}\", the target is PostgreSQL")
        {
            Cause = "prisma migrate deploy would stop with P3019",
            State = DatabaseState.Untouched,
            Fix = "use the migrations that were written for PostgreSQL",
        };

    /// <param name="file">The configuration.</param>
    /// <param name="what">What it does instead of naming the folder.</param>
    /// <param name="found">Folders with Prisma's lock file, relative to the project.</param>
    public static Problem UnclearConfig(string file, string what, params IReadOnlyList<string> found) =>
        new(ConfigCode, $"{file} {what}")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(file),
            Cause = found.Count == 0 ? null : $"migration folders in the project: {string.Join(", ", found)}",
            Fix = $"Set \"migrations\": {{ \"folder\": \"{(found is [var only] ? only : "…")}\" }} in dbgate.json, or "
                + "--migrations-folder=<folder>",
        };

    public static Problem LockHeld(MigrationLockHolder? holder) =>
        new(LockCode,
            holder is null ? "another session holds Prisma's migration lock" : $"backend {holder.Pid} holds Prisma's migration lock")
        {
            Cause = holder is null ? null : $"user {holder.User}, {holder.Application}, statement: {holder.Query}",
            State = DatabaseState.Untouched,
            Fix = holder is null
                ? "Wait until it ends"
                : new Fix(
                    "Wait until it ends; if its client is gone, end the session",
                    FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        };
}
