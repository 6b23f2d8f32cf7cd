using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Backups.Restores;

/// <summary>
/// Adds a foreign key that is validated in the source, also when rows have no parent: the source can contain such rows, because
/// <c>session_replication_role = replica</c> and disabled triggers do not check them. The key is then NOT VALID: it checks new rows. Pure.
/// </summary>
static class ForeignKeyLoad
{
    const string Action = "ADD CONSTRAINT ";

    /// <summary>The statement to run instead, without its semicolon; null when it does not add a validated foreign key.</summary>
    /// <param name="text">The statement, without its semicolon.</param>
    /// <param name="parsed">The same, parsed.</param>
    public static string? From(string text, ParsedStatement parsed) =>
        parsed is AlterTable
        {
            Table: var table,
            Actions: [AddConstraint { Constraint: { Kind: ConstraintKind.ForeignKey, NotValid: false, NotEnforced: false } }],
        }
        && text.IndexOf(Action, StringComparison.Ordinal) is > 0 and var at
            ? Block(
                text, IsOnly(text) ? $"{text} NOT VALID;" : ForEachPartition(table, text[at..]),
                IsOnly(text) ? "" : "DECLARE leaf pg_catalog.regclass;\n")
            : null;

    // pg_dump writes ONLY for every table that is not partitioned.
    static bool IsOnly(string text) => TableStatements.Begins(text, ["alter", "table", "only"]);

    static string Block(string text, string otherwise, string declarations) =>
        DoBlock.From(text, $"{declarations}BEGIN\n{text};\nEXCEPTION WHEN foreign_key_violation THEN\n{otherwise}\nEND");

    // A partitioned table cannot have a key that is NOT VALID (before PostgreSQL 18); each of its partitions can.
    static string ForEachPartition(QualifiedName table, string action) =>
        $"""
        FOR leaf IN SELECT t.relid FROM pg_catalog.pg_partition_tree({Sql.Literal(table.ToString())}) t
          JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE t.isleaf AND c.relkind = 'r'
        LOOP
          BEGIN
            EXECUTE pg_catalog.concat('ALTER TABLE ONLY ', leaf, ' ', {Sql.Literal(action)});
          EXCEPTION WHEN foreign_key_violation THEN
            EXECUTE pg_catalog.concat('ALTER TABLE ONLY ', leaf, ' ', {Sql.Literal(action + " NOT VALID")});
          END;
        END LOOP;
        """;
}
