using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Protection;

/// <summary>What is wrong with the protection of a database, or stands in the way of it.</summary>
static class ProtectionProblems
{
    const string Unchanged = "database untouched; the protection is as it was";

    static readonly ProblemCode MissingCode = new("DBG0801", "The database does not protect itself", ExitCode.Blocked);
    static readonly ProblemCode AlteredCode = new("DBG0802", "The protection has been altered", ExitCode.Blocked);
    static readonly ProblemCode SwitchedOffCode = new("DBG0803", "The protection is switched off", ExitCode.Blocked);
    static readonly ProblemCode OldCode = new("DBG0804", "The protection is of another version of DbGate", ExitCode.Blocked);
    static readonly ProblemCode NoEventTriggersCode = new("DBG0805", "This role may not create event triggers", ExitCode.Blocked);
    static readonly ProblemCode NotInstalledCode = new("DBG0806", "The protection could not be installed or removed", ExitCode.Blocked);
    static readonly ProblemCode NotConfirmedCode = new("DBG0807", "Removing production's protection was not confirmed", ExitCode.Blocked);
    static readonly ProblemCode MayNotOpenCode = new("DBG0808", "This role may not open the gate", ExitCode.Blocked);
    static readonly ProblemCode GateInUseCode = new("DBG0809", "Another release holds the gate open", ExitCode.Locked);
    static readonly ProblemCode SettingLostCode = new("DBG0810", "The release's token does not reach the server", ExitCode.Blocked);
    static readonly ProblemCode RoleMissingCode = new("DBG0811", "A role of the protection is not named or does not exist", ExitCode.Usage);
    static readonly ProblemCode TableMissingCode = new("DBG0812", "A table of the protection does not exist", ExitCode.Usage);

    public static Problem Missing(bool blocks) =>
        new(MissingCode, "the database does not protect itself: nothing in it stops prisma db push or migrate reset")
        {
            Severity = blocks ? Severity.Error : Severity.Warning,
            Cause = "there is no schema dbgate",
            State = DatabaseState.Untouched,
            Fix = "./build.sh --target=protect --environment=production",
        };

    public static Problem Altered(IReadOnlyCollection<string> what) =>
        new(AlteredCode, $"the protection is not what was installed: {what.First()}{(what.Count > 1 ? $", and {what.Count - 1} more" : "")}")
        {
            Cause = string.Join("; ", what),
            State = DatabaseState.Untouched,
            Fix = "find out who changed it, and why; then ./build.sh --target=protect installs it again",
        };

    public static Problem SwitchedOff(IReadOnlyCollection<string> what) =>
        new(SwitchedOffCode, $"the protection is switched off: {string.Join("; ", what)}")
        {
            Cause = "only a superuser or the protection's owner can do that",
            State = DatabaseState.Untouched,
            Fix = "./build.sh --target=protect switches its triggers on again; a setting: alter database … reset event_triggers, alter role … reset event_triggers",
        };

    public static Problem Old(int version) =>
        new(OldCode, $"the protection is version {version}, this DbGate installs version {ProtectionSources.Version}")
        {
            Severity = Severity.Warning,
            Cause = "DbGate was exchanged since it was installed; its functions cannot be compared",
            State = DatabaseState.Untouched,
            Fix = "./build.sh --target=protect",
        };

    public static Problem NoEventTriggers(HostAbilities abilities) =>
        new(NoEventTriggersCode, $"role {abilities.Role} may not create event triggers on this server ({abilities.Service})")
        {
            Cause = abilities.WhyNoEventTriggers,
            State = Unchanged,
            Fix = "install as a role that may (DIRECT_URL of the administrator, --protection-deploy-role=<login of releases>), or review the other way: --protection-mode=roles --print-sql",
        };

    public static Problem NotInstalled(PostgresFault fault) =>
        new(NotInstalledCode, $"the server refused: {fault.MessageText} (SQLSTATE {fault.SqlState})")
        {
            Cause = fault.Detail ?? fault.Statement,
            State = "the transaction was rolled back; the protection is as it was",
            Fix = "see --print-sql for what was to run, and which right is missing",
        };

    public static Problem NotConfirmed(string database) =>
        new(NotConfirmedCode, "the protection of production is removed only with a confirmation")
        {
            State = Unchanged,
            Fix = $"add --confirm={database}, the database's name",
        };

    public static Problem MayNotOpen(string role, string words) =>
        new(MayNotOpenCode, $"role {role} may not open the gate of this protected database")
        {
            Cause = words,
            State = DatabaseState.Untouched,
            Fix = $"let the protection's owner run ./build.sh --target=protect --protection-deploy-role={role}",
        };

    public static Problem GateInUse() =>
        new(GateInUseCode, "another release holds the gate of this database open")
        {
            State = DatabaseState.Untouched,
            Fix = "wait for it; it is over when its connection ends (pg_stat_activity, application_name 'dbgate release')",
        };

    public static Problem SettingLost(string host, string why) =>
        new(SettingLostCode, $"what the release needs does not reach the server through {host}: {why}")
        {
            Cause = "the connection's start-up options are dropped on the way, as a pooler or proxy does",
            State = DatabaseState.Untouched,
            Fix = "set DIRECT_URL to the server's own endpoint",
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
