using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Deploy;

/// <summary>
/// Statements that run no code of the project and write no row of a table that exists, so that they do the same on every server. Pure.
/// </summary>
static class PlainStatements
{
    static readonly string[] OtherVerbs = ["comment"];

    // With one of these the new table is filled by a query.
    static readonly string[] Filling = ["as", "select", "execute"];

    public static bool AreAll(SqlScript script) =>
        script.Statements.All(statement => Is(StatementParser.Parse(statement.Text), statement.Text));

    static bool Is(ParsedStatement parsed, string text) => parsed switch
    {
        CreateTable => !Contains(text, Filling),
        CreateIndex { Partial: false } index => index.Columns.All(column => column is not null),
        AlterTable alter => alter.Actions.All(Is),
        CreateEnum or AddEnumValue or Rename or SetSchema or SetParameter or TransactionControl or Privilege => true,
        Drop { Kind: "index" or "type" or "constraint" } => true,
        OtherStatement other => OtherVerbs.Contains(other.Verb),
        _ => false,
    };

    static bool Is(AlterAction action) => action switch
    {
        AddColumn { Column: { Stored: false } column } => column.Default is null or { Calls.Count: 0 } && column.Constraints.All(Is),
        AddConstraint { Constraint: var constraint } => Is(constraint),
        SetNotNull or DropNotNull or SetDefault or DropConstraint or ValidateConstraint => true,
        _ => false,
    };

    static bool Is(TableConstraint constraint) => constraint.Kind is not (ConstraintKind.Check or ConstraintKind.Exclude);

    static bool Contains(string text, string[] words)
    {
        var lexer = new Lexer(text);
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Word && words.Any(word => token.In(text).Equals(word, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
