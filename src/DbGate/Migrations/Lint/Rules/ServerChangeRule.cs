using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Lint.Rules;

sealed class ServerChangeRule() : LintRule(BeyondCode, "server-change", Severity.Warning)
{
    public static readonly ProblemCode BeyondCode = new("DBG0278", "A migration changes more than its database", ExitCode.Blocked);

    static readonly string[] EndSessions = ["pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf"];

    public override string Reason =>
        "it changes the server or other sessions, which no backup of this database holds and no rehearsal shows";

    public override string Safer => "Do it where the server is managed, outside of migrations";

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        let message = Message(statement.Parsed)
        where message is not null
        select new LintFinding(this, statement, message);

    static string? Message(ParsedStatement parsed) => parsed switch
    {
        ServerChange change => $"{change.What} reaches beyond this database's content",
        SetParameter { Name: "session_replication_role" } set when !set.Value.Equals("origin", StringComparison.OrdinalIgnoreCase)
            && !set.Value.Equals("default", StringComparison.OrdinalIgnoreCase) =>
            "session_replication_role switches triggers and foreign keys off",
        OtherStatement other
            when other.Calls.FirstOrDefault(call =>
                EndSessions.Contains(call.Name)) is { } call => $"{call.Name}() acts on other sessions or on the server",
        _ => null,
    };
}
