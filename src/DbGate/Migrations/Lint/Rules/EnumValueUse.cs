using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Rules;

/// <summary>Whether a statement uses an enum's value.</summary>
enum EnumUse
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The text does not tell which type the value has.</summary>
    Possible,

    /// <summary>A column or a cast reports it.</summary>
    Certain,
}

/// <summary>Looks for an enum's value among the strings of a statement, and for what gives each its type.</summary>
static class EnumValueUse
{
    public static EnumUse Find(LintStatement statement, AddEnumValue added) => statement.Parsed switch
    {
        AddEnumValue or CreateEnum or CreateObject { Kind: not ("view" or "materialized view" or "policy" or "rule") } => EnumUse.None,
        CreateRoutine or CreateTrigger or SetParameter or Rename or ServerChange or Privilege => EnumUse.None,
        OtherStatement { Verb: "comment" or "create" } => EnumUse.None,
        AlterTable alter => Strongest(alter.Actions.Select(action => OfAction(action, alter.Table, statement, added))),
        CreateTable create => Strongest(create.Columns.Select(column => OfDefault(column.Default, column.Type, added))),
        Update update => OfText(statement.Source.Text, added, statement.Before.Find(update.Table)),
        Delete delete => OfText(statement.Source.Text, added, statement.Before.Find(delete.Table)),
        Insert insert => OfInsert(statement, insert, added),
        DoBlock block => Strongest(BlockReader.Read(block).Select(inner => Find(Inner(statement, inner), added))),
        _ => OfText(statement.Source.Text, added, null),
    };

    static EnumUse OfAction(AlterAction action, QualifiedName table, LintStatement statement, AddEnumValue added) => action switch
    {
        AddColumn add => Strongest(
            [OfDefault(add.Column.Default, add.Column.Type, added),
                .. add.Column.Constraints.Select(check => OfCheck(check, null, added))]),
        SetDefault { Value: { } value } set => OfDefault(
            value, statement.Before.Find(table)?.Columns.GetValueOrDefault(set.Column)?.Type, added),
        AlterColumnType { Using: { } conversion } => OfText(conversion.Text, added, statement.Before.Find(table)),
        AddConstraint add => OfCheck(add.Constraint, statement.Before.Find(table), added),
        _ => EnumUse.None,
    };

    static EnumUse OfCheck(TableConstraint constraint, KnownTable? table, AddEnumValue added) =>
        constraint.Expression is { } expression ? OfText(expression, added, table) : EnumUse.None;

    static EnumUse OfDefault(SqlExpression? value, SqlType? type, AddEnumValue added) =>
        value is null || !Holds(value.Text, added.Value) ? EnumUse.None
        : type is null ? EnumUse.Possible
        : type.Name == added.Type.Name ? EnumUse.Certain
        : EnumUse.None;

    static EnumUse OfInsert(LintStatement statement, Insert insert, AddEnumValue added)
    {
        var use = OfText(statement.Source.Text, added, null);
        var table = statement.Before.Find(insert.Table);
        return use == EnumUse.Possible
            && table is { Columns.Count: > 0 }
            && !table.Columns.Values.Any(column => column.Type.Name == added.Type.Name)
            ? EnumUse.None
            : use;
    }

    // 'x'::"Role", "role" = 'x', "role" IN ('x', …): the cast decides, or the column that the value is compared with or assigned to.
    static EnumUse OfText(string text, AddEnumValue added, KnownTable? table)
    {
        var cursor = new TokenCursor(text);
        var column = "";
        var use = EnumUse.None;
        while (!cursor.AtEnd)
        {
            if (cursor.StringValue() == added.Value)
            {
                cursor.Skip();
                var found = cursor.TakeSymbol("::")
                    ? cursor.Name().Name == added.Type.Name ? EnumUse.Certain : EnumUse.None
                    : OfColumn(column, table, added);
                use = found > use ? found : use;
            }
            else if (cursor.Current.Kind is TokenKind.Word or TokenKind.QuotedIdentifier)
            {
                var isOperator = Operators.Any(cursor.Is);
                var name = cursor.Name().Name;
                column = isOperator ? column : name;
            }
            else
            {
                cursor.Skip();
            }
        }

        return use;
    }

    static readonly string[] Operators = ["in", "not", "any", "all", "some", "is", "distinct", "from", "array", "like"];

    static EnumUse OfColumn(string column, KnownTable? table, AddEnumValue added) =>
        table?.Columns.GetValueOrDefault(column) is not { } known ? EnumUse.Possible
        : known.Type.Name == added.Type.Name ? EnumUse.Certain
        : EnumUse.None;

    static bool Holds(string text, string value)
    {
        var cursor = new TokenCursor(text);
        while (!cursor.AtEnd)
        {
            if (cursor.StringValue() == value)
            {
                return true;
            }

            cursor.Skip();
        }

        return false;
    }

    static LintStatement Inner(LintStatement statement, (int Offset, ParsedStatement Statement) inner) =>
        statement with { Parsed = inner.Statement };

    static EnumUse Strongest(IEnumerable<EnumUse> uses) => uses.DefaultIfEmpty().Max();
}
