namespace DbGate.Migrations.Statements.Parsing;

/// <summary>Reads what stands behind <c>CREATE</c>.</summary>
static class CreateParser
{
    public static ParsedStatement Parse(TokenCursor cursor)
    {
        _ = cursor.Take("or replace");
        var temporary = cursor.Take("global") || cursor.Take("local");
        temporary = cursor.Take("temporary") || cursor.Take("temp") || temporary;
        _ = cursor.Take("unlogged");
        if (cursor.Take("table"))
        {
            return Table(cursor, temporary);
        }

        if (cursor.Take("unique index"))
        {
            return Index(cursor, unique: true);
        }

        if (cursor.Take("index"))
        {
            return Index(cursor, unique: false);
        }

        if (cursor.Take("trigger") || cursor.Take("constraint trigger"))
        {
            var name = cursor.Identifier();
            return cursor.SkipTo("on") && cursor.Take("on") ? new CreateTrigger(name, cursor.Name()) : new OtherStatement("create trigger");
        }

        if (cursor.Take("type"))
        {
            var type = cursor.Name();
            return cursor.Take("as enum") ? new CreateEnum(type) : new OtherStatement("create type");
        }

        return new OtherStatement("create");
    }

    static CreateTable Table(TokenCursor cursor, bool temporary)
    {
        _ = cursor.Take("if not exists");
        var table = cursor.Name();
        var columns = new List<ColumnDefinition>();
        var constraints = new List<TableConstraint>();
        if (cursor.TakeSymbol("("))
        {
            while (!cursor.AtEnd && !cursor.IsSymbol(")"))
            {
                Element(cursor, columns, constraints);
                while (!cursor.AtEnd && !cursor.IsSymbol(",") && !cursor.IsSymbol(")"))
                {
                    cursor.SkipBalanced();
                }

                _ = cursor.TakeSymbol(",");
            }
        }

        return new CreateTable(table, temporary, columns, [.. constraints, .. columns.SelectMany(column => column.Constraints)]);
    }

    static void Element(TokenCursor cursor, List<ColumnDefinition> columns, List<TableConstraint> constraints)
    {
        if (ColumnParser.BeginsConstraint(cursor))
        {
            if (ColumnParser.TableConstraint(cursor) is { } constraint)
            {
                constraints.Add(constraint);
            }
        }
        else if (!cursor.Is("like"))
        {
            columns.Add(ColumnParser.Column(cursor));
        }
    }

    static CreateIndex Index(TokenCursor cursor, bool unique)
    {
        var concurrently = cursor.Take("concurrently");
        _ = cursor.Take("if not exists");
        var name = cursor.Is("on") ? null : cursor.Identifier();
        _ = cursor.Take("on");
        _ = cursor.Take("only");
        var table = cursor.Name();
        if (cursor.Take("using"))
        {
            _ = cursor.Identifier();
        }

        var columns = cursor.ParenthesizedColumns();
        return new CreateIndex(name, table, unique, concurrently, columns, cursor.Ahead("where"));
    }
}
