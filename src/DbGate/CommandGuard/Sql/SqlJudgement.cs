using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.CommandGuard.Sql;

/// <summary>Judges SQL that a command runs outside of migrations, with the parser that reads migrations. Pure.</summary>
static class SqlJudgement
{
    static readonly string[] SuspiciousCalls = ["drop", "truncate", "delete", "wipe", "purge", "reset", "erase", "destroy"];

    /// <summary>Every effect of a text that is more than reading or adding, in order; one with a reason where the text cannot be
    /// judged.</summary>
    public static IReadOnlyList<SqlEffect> Judge(PsqlScript script)
    {
        var effects = new List<SqlEffect>();
        if (script.Unclear is { } reason)
        {
            effects.Add(new SqlEffect(CommandClass.None, reason, 0) { Unclear = reason });
        }

        try
        {
            foreach (var statement in StatementSplitter.Split(script.Sql, "sql").Statements)
            {
                effects.AddRange(From(statement.Text).Select(effect => effect with { Offset = statement.Offset + effect.Offset }));
            }
        }
        catch (GateException refused)
        {
            effects.Add(new SqlEffect(CommandClass.None, "SQL", 0) { Unclear = $"the SQL cannot be read: {refused.Problem.Message}" });
        }

        return effects;
    }

    static IEnumerable<SqlEffect> From(string statement)
    {
        var parsed = StatementParser.Parse(statement);
        var inner = Inner(statement);
        return inner.Count > 0 ? inner : parsed is DoBlock block
            ? BlockReader.Read(block).Select(part => From(part.Statement, statement[..Math.Min(statement.Length, 200)]) is { } effect
                ? effect with { Offset = part.Offset } : null).OfType<SqlEffect>()
            : From(parsed, statement) is { } one ? [one] : [];
    }

    /// <summary>Statements in <c>WITH … AS (DELETE …)</c> and behind <c>EXPLAIN ANALYZE</c>.</summary>
    static List<SqlEffect> Inner(string statement)
    {
        var found = new List<SqlEffect>();
        var lexer = new Lexer(statement);
        var (first, previous) = ("", "");
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Comment)
            {
                continue;
            }

            var word = token.In(statement).ToString().ToLowerInvariant();
            first = first.Length == 0 ? word : first;
            if (first is not ("with" or "explain" or "prepare"))
            {
                break;
            }

            if (word is "delete" or "update" or "truncate" && previous is "(" or "analyze" or ")" or "as" or "true"
                && From(StatementParser.Parse(statement[token.Start..]), statement[token.Start..]) is { } effect)
            {
                found.Add(effect with { Offset = token.Start });
            }

            previous = word;
        }

        return found;
    }

    static SqlEffect? From(ParsedStatement parsed, string text) => parsed switch
    {
        Drop { Kind: "table" or "foreign table" } drop => Changed($"DROP TABLE {Names(drop.Names)}", drop.Names),
        Drop { Kind: "schema" or "database" or "owned by" } drop => Lost($"DROP {drop.Kind.ToUpperInvariant()} {Names(drop.Names)}"),
        Drop { Kind: "type" or "extension" or "domain" or "sequence", Cascade: true } drop =>
            Lost($"DROP {drop.Kind.ToUpperInvariant()} {Names(drop.Names)} CASCADE"),
        Drop { Kind: "sequence" } drop => Lost($"DROP SEQUENCE {Names(drop.Names)}"),
        Drop drop => Outside($"DROP {drop.Kind.ToUpperInvariant()} {Names(drop.Names)}"),
        Truncate truncate => Changed($"TRUNCATE {Names(truncate.Tables)}", truncate.Tables),
        Delete delete => Changed($"DELETE FROM {delete.Table}", [delete.Table]),
        Update update when LedgerTables.Contains(update.Table) || !update.Filtered =>
            Changed($"UPDATE {update.Table}{(update.Filtered ? "" : " without WHERE")}", [update.Table]),
        Insert insert when LedgerTables.Contains(insert.Table) =>
            new SqlEffect(CommandClass.HistoryRewriting, $"INSERT INTO {insert.Table}", 0) { Ledger = insert.Table.ToString() },
        AlterTable alter when alter.Actions.OfType<DropColumn>().FirstOrDefault() is { } column =>
            Lost($"ALTER TABLE {alter.Table} DROP COLUMN {QualifiedName.Quote(column.Column)}"),
        AlterTable alter when alter.Actions.OfType<AlterColumnType>().FirstOrDefault() is { } column =>
            Lost($"ALTER TABLE {alter.Table} ALTER COLUMN {QualifiedName.Quote(column.Column)} TYPE"),
        AlterTable alter => Outside($"ALTER TABLE {alter.Table}"),
        Rename rename => Outside($"ALTER {rename.Kind.ToUpperInvariant()} {rename.Name} RENAME"),
        CreateTable { Temporary: false } create => Outside($"CREATE TABLE {create.Table}"),
        CreateIndex index => Outside($"CREATE INDEX ON {index.Table}"),
        CreateEnum type => Outside($"CREATE TYPE {type.Type}"),
        AddEnumValue type => Outside($"ALTER TYPE {type.Type} ADD VALUE"),
        CreateTrigger trigger => Outside($"CREATE TRIGGER ON {trigger.Table}"),
        DynamicSql => Open("SQL that a DO block builds when it runs"),
        OtherStatement { Verb: "merge" } when text.Contains("delete", StringComparison.OrdinalIgnoreCase) => Lost("MERGE … DELETE"),
        OtherStatement { Verb: "drop" } => Outside("DROP"),
        OtherStatement other => Other(other.Verb, text),
        _ => null,
    };

    static SqlEffect? Other(string verb, string text)
    {
        if (verb is "execute" or "call" || !verb.All(char.IsAsciiLetter))
        {
            return Open(verb.Length > 0 && verb.All(char.IsAsciiLetter) ? $"{verb.ToUpperInvariant()} of what the text does not contain"
                : "a statement that is not known before it runs");
        }

        var lexer = new Lexer(text);
        var previous = "";
        while (lexer.Next(out var token))
        {
            var part = token.In(text).ToString();
            if (part == "(" && SuspiciousCalls.Any(call => previous.Contains(call, StringComparison.OrdinalIgnoreCase))
                && !previous.StartsWith("pg_stat", StringComparison.OrdinalIgnoreCase))
            {
                return Open($"a call of {previous}()");
            }

            previous = token.Kind is TokenKind.Word or TokenKind.QuotedIdentifier ? part.Trim('"') : "";
        }

        return null;
    }

    static SqlEffect Changed(string what, IReadOnlyList<QualifiedName> tables) =>
        Lost(what) with { Ledger = tables.FirstOrDefault(LedgerTables.Contains)?.ToString() };

    static SqlEffect Lost(string what) => new(CommandClass.Destructive, what, 0);

    static SqlEffect Outside(string what) => new(CommandClass.Bypassing, what, 0);

    static SqlEffect Open(string what) => new(CommandClass.None, what, 0) { Unclear = $"{what} cannot be judged" };

    static string Names(IReadOnlyList<QualifiedName> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? ", …" : "");
}
