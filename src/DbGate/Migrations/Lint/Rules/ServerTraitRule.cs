using DbGate.Problems;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Rules;

/// <summary>
/// A statement that reads what differs between servers can do nothing on the scratch server and delete rows in production. No measurement
/// refutes it, nor any other finding of that statement.
/// </summary>
sealed class ServerTraitRule() : LintRule(TraitCode, "server-trait", Severity.Error)
{
    public static readonly ProblemCode TraitCode = new("DBG0295", "A statement depends on the server it runs on", ExitCode.Blocked);

    public override string Reason =>
        "the scratch server differs from production here, so that the rehearsal does not show what it does there";

    public override string Safer => "Write the statement so that it does the same on every server";

    /// <summary>The numbers of the statements whose rehearsal does not show what they do in production.</summary>
    public static IReadOnlySet<int> Unmeasured(LintMigration migration)
    {
        var (unmeasured, isKept) = (new HashSet<int>(), false);
        foreach (var statement in migration.Statements.Where(IsOfFile))
        {
            var tells = !IsDefinition(statement.Parsed) && ServerTraits.Of(statement).TellsServersApart;
            if (tells || isKept)
            {
                unmeasured.Add(statement.Index);
            }

            isKept |= (tells && Keeps(statement)) || (IsView(statement.Parsed) && ServerTraits.Of(statement).TellsServersApart);
        }

        return unmeasured;
    }

    public override IEnumerable<LintFinding> Inspect(LintMigration migration) =>
        from statement in migration.Statements
        where IsOfFile(statement)
        let finding = IsView(statement.Parsed) ? View(statement, migration)
            : IsDefinition(statement.Parsed) ? Definition(statement)
            : Executed(statement, migration)
        where finding is not null
        select finding;

    LintFinding? Executed(LintStatement statement, LintMigration migration)
    {
        var traits = ServerTraits.Of(statement);
        if (!traits.TellsServersApart)
        {
            return null;
        }

        var names = string.Join(", ", traits.Names);
        var isAddingOnly = statement.Parsed is Insert or CreateTable && !traits.Destroys;
        return traits.Writes && !isAddingOnly
            ? new LintFinding(this, statement, $"{names} tells servers apart, and the statement can write")
            : Keeps(statement) && IsFollowedByChange(statement, migration, _ => true)
                ? new LintFinding(this, statement, $"{names} tells servers apart, and a later statement of the file can write")
            : new LintFinding(this, statement, $"{names} tells servers apart") { Severity = Severity.Warning };
    }

    LintFinding? View(LintStatement statement, LintMigration migration) =>
        statement.Parsed is CreateObject { Name: var view } && ServerTraits.Of(statement) is { TellsServersApart: true } traits
            && IsFollowedByChange(statement, migration, later => Contains(new TokenCursor(later.Source.Text), view.Name))
            ? new LintFinding(
                this, statement,
                $"{string.Join(", ", traits.Names)} tells servers apart, and a later statement that can write reads {view}")
            : null;

    static bool IsFollowedByChange(LintStatement statement, LintMigration migration, Func<LintStatement, bool> concerns) =>
        migration.Statements.Any(later => later.Index > statement.Index && IsOfFile(later) && !IsDefinition(later.Parsed)
            && concerns(later) && ServerTraits.Of(later).Destroys);

    // A function that records inet_client_addr() in a log is harmless; one that deletes is looked at again where a statement calls it.
    LintFinding? Definition(LintStatement statement) =>
        statement.Parsed is CreateRoutine or CreateTrigger
            && ServerTraits.OfBodies(statement) is { TellsServersApart: true, Destroys: true } traits
            ? new LintFinding(this, statement, $"{string.Join(", ", traits.Names)} tells servers apart, and the function can change data")
                { Severity = Severity.Warning }
            : null;

    static bool IsOfFile(LintStatement statement) => statement is { Offset: 0, Through: null };

    static bool IsView(ParsedStatement parsed) => parsed is CreateObject { Kind: "view" or "materialized view" };

    // What they read is read later, by others; or, as a default of new columns, is only added.
    static bool IsDefinition(ParsedStatement parsed) => parsed switch
    {
        CreateRoutine or CreateTrigger or CreateObject or CreateIndex or CreateDomain or CreateEnum or Privilege or ServerChange
            or Drop or Truncate or Rename or SetSchema or LockTables => true,
        CreateTable { Columns.Count: > 0 } => true,
        AlterTable alter => !alter.Actions.Any(action => action is AlterColumnType),
        OtherStatement { Verb: "comment" or "set" or "alter" } => true,
        _ => false,
    };

    static bool Keeps(LintStatement statement) =>
        statement.Parsed is Insert or CreateTable
        || (statement.Parsed is DoBlock && ServerTraits.Of(statement).Writes)
        || (statement.Parsed is OtherStatement && Contains(new TokenCursor(statement.Source.Text), "set_config", "into"));

    static bool Contains(TokenCursor cursor, params ReadOnlySpan<string> words)
    {
        while (!cursor.AtEnd)
        {
            foreach (var word in words)
            {
                if (cursor.Is(word))
                {
                    return true;
                }
            }

            cursor.Skip();
        }

        return false;
    }
}
