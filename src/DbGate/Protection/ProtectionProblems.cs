using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Protection;

/// <summary>What is wrong with the protection of a database, or is in the way of it.</summary>
static class ProtectionProblems
{
    const string Unchanged = "database untouched; the protection is as it was";

    static readonly ProblemCode MissingCode = new("DBG0801", "The database does not protect itself", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode AlteredCode = new("DBG0802", "The protection was modified", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode SwitchedOffCode = new("DBG0803", "The protection is switched off", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode OldCode = new("DBG0804", "The protection was installed by another DbGate version", ExitCode.Blocked);
    static readonly ProblemCode NoEventTriggersCode = new("DBG0805", "This role may not create event triggers", ExitCode.Blocked);
    static readonly ProblemCode NotInstalledCode = new("DBG0806", "The protection could not be installed or removed", ExitCode.Blocked);
    static readonly ProblemCode NotConfirmedCode = new("DBG0807", "Removing production's protection was not confirmed", ExitCode.Blocked);
    static readonly ProblemCode MayNotOpenCode = new("DBG0808", "This role may not open the gate", ExitCode.Blocked);
    static readonly ProblemCode GateInUseCode = new("DBG0809", "Another release holds the gate open", ExitCode.Locked);
    static readonly ProblemCode SettingLostCode = new("DBG0810", "The release's token does not reach the server", ExitCode.Blocked);
    static readonly ProblemCode RoleMissingCode = new("DBG0811", "A role of the protection is not named or does not exist", ExitCode.Usage);
    static readonly ProblemCode LostCode = new("DBG0813", "The protection is missing after the restore", ExitCode.Blocked);
    static readonly ProblemCode TableMissingCode = new("DBG0812", "A table of the protection does not exist", ExitCode.Usage);

    public static Problem Missing(bool blocks) =>
        new(MissingCode, "the database does not protect itself: nothing in it stops prisma db push or migrate reset")
        {
            Severity = blocks ? Severity.Error : Severity.Warning,
            Cause = "there is no schema dbgate",
            State = DatabaseState.Untouched,
            Fix = new("Install the protection", FixCommand.Gate("protect", ("environment", "production"))),
        };

    public static Problem Altered(IReadOnlyCollection<string> what) =>
        new(AlteredCode,
            $"the protection is not what was installed: {what.First()}{(what.Count > 1 ? $", and {what.Count - 1} more" : "")}")
        {
            Cause = string.Join("; ", what),
            State = DatabaseState.Untouched,
            Fix = new("Find out who changed it and why, then install it again", FixCommand.Gate("protect")),
        };

    /// <param name="what">Everything that is off, in words.</param>
    /// <param name="settings">The settings among it.</param>
    /// <param name="hasTriggers">True when a trigger is among it.</param>
    public static Problem SwitchedOff(IReadOnlyCollection<string> what, IReadOnlyList<SwitchedOffSetting> settings, bool hasTriggers) =>
        new(SwitchedOffCode, $"the protection is switched off: {string.Join("; ", what)}")
        {
            Cause = "a superuser, the owner of the protection, or a role with a privilege on the parameter event_triggers can do that",
            State = DatabaseState.Untouched,
            Fix = new(
                settings.Any(setting => setting.Reset is null)
                    ? "Find out who set it, start the server without that setting, and enable the protection again"
                    : "Find out who did it, and enable the protection again",
                [
                    .. settings.Select(setting => setting.Reset).OfType<string>().Distinct().Select(FixCommand.Sql),
                    .. settings.Any(setting => setting.Reset?.StartsWith("alter system", StringComparison.Ordinal) == true)
                        ? [FixCommand.Sql("select pg_reload_conf()")]
                        : Array.Empty<FixCommand>(),
                    .. hasTriggers ? [FixCommand.Gate("protect")] : Array.Empty<FixCommand>(),
                ]),
        };

    public static Problem Old(int version) =>
        new(OldCode, $"the protection is version {version}, this DbGate installs version {ProtectionSources.Version}")
        {
            Severity = Severity.Warning,
            Cause = "DbGate was exchanged since it was installed; its functions cannot be compared",
            State = DatabaseState.Untouched,
            Fix = new("Install this version", FixCommand.Gate("protect")),
        };

    public static Problem NoEventTriggers(HostAbilities abilities) =>
        new(NoEventTriggersCode, $"role {abilities.Role} may not create event triggers on this server ({abilities.Service})")
        {
            Cause = abilities.WhyNoEventTriggers,
            State = Unchanged,
            Fix = new(
                "Install it as a role that may, with the administrator's DIRECT_URL; or review the installation by roles",
                FixCommand.Gate("protect", ("protection-deploy-role", CommandArgument.Placeholder("login of releases"))),
                FixCommand.Gate("protect", ("protection-mode", "roles"), "print-sql") with { Note = "or" }),
        };

    public static Problem NotInstalled(PostgresFault fault) =>
        new(NotInstalledCode, $"the server refused: {fault.MessageText} (SQLSTATE {fault.SqlState})")
        {
            Cause = fault.Detail ?? fault.Statement,
            State = "the transaction was rolled back; the protection is as it was",
            Fix = new("Look at the statements it was to run, and grant the missing permission", FixCommand.Gate("protect", "print-sql")),
        };

    public static Problem NotConfirmed(string database) =>
        new(NotConfirmedCode, "the protection of production is removed only with a confirmation")
        {
            State = Unchanged,
            Fix = new("Confirm it with the database's name", FixCommand.Gate("unprotect", ("confirm", database))),
        };

    public static Problem MayNotOpen(string role, string words) =>
        new(MayNotOpenCode, $"role {role} may not open the gate of this protected database")
        {
            Cause = words,
            State = DatabaseState.Untouched,
            Fix = new(
                "Let the owner of the protection name this role as the one that deploys",
                FixCommand.Gate("protect", ("protection-deploy-role", role))),
        };

    /// <param name="holder">Who holds the lock; null when it was released meanwhile.</param>
    /// <param name="isRelease">False when the session holds the lock without being a release.</param>
    public static Problem GateInUse(LockHolder? holder, bool isRelease) =>
        new(GateInUseCode,
            holder is null || isRelease
                ? "another release holds the gate of this database open"
                : $"backend {holder.Pid} holds the lock of releases, and is not a release")
        {
            Cause = holder is null ? "the session has ended meanwhile" : $"the lock is held by {holder}",
            State = DatabaseState.Untouched,
            Fix = holder is null ? "Run it again"
                : new Fix(
                    isRelease
                        ? "Wait until it ends; if its client is gone, end the session"
                        : "Find out who holds it, and end the session as a superuser or a member of pg_signal_backend",
                    FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        };

    public static Problem SettingLost(string host, string why) =>
        new(SettingLostCode, $"what the release needs does not reach the server through {host}: {why}")
        {
            Cause = "the connection's start-up options are dropped on the way, as a pooler or proxy does",
            State = DatabaseState.Untouched,
            Fix = "set DIRECT_URL to the server's own endpoint",
        };

    public static Problem LostByRestore(string why) =>
        new(LostCode, "the restored database does not protect itself any more")
        {
            Severity = Severity.Warning,
            Cause = $"the backup does not contain the protection, and installing it again failed: {why}",
            State = "the restore itself is complete; nothing in the database stops prisma db push",
            Fix = new("Install the protection", FixCommand.Gate("protect")),
        };

    public static Problem RoleMissing(string option, string? role) =>
        new(RoleMissingCode, role is null ? $"{option} is not set" : $"{option}: there is no role {role}")
        {
            State = Unchanged,
            Fix = role is null ? $"name it: {option}=<role>" : "create the role first, or correct the name",
        };

    public static Problem TableMissing(string table) =>
        new(TableMissingCode, $"--protection-tripwire-tables: there is no table {table}")
        {
            State = Unchanged,
            Fix = "write schema.table as PostgreSQL spells it, with capitals and without quotes; several separated by commas",
        };
}
