namespace DbGate.Statements.Parsing;

/// <summary>Reads what is behind <c>CREATE</c>.</summary>
static class CreateParser
{
    public static ParsedStatement Parse(TokenCursor cursor)
    {
        var replaces = cursor.Take("or replace");
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
            return cursor.Take("as enum") ? new CreateEnum(type) : new CreateObject("type", type, null, replaces);
        }

        if (cursor.Take("domain"))
        {
            var domain = cursor.Name();
            return new CreateDomain(domain, cursor.Ahead("check") || cursor.Ahead("not null"), cursor.Ahead("not null"));
        }

        return cursor.Take("function") ? Routine(cursor, "function")
            : cursor.Take("procedure") ? Routine(cursor, "procedure")
            : Object(cursor, replaces);
    }

    static ParsedStatement Object(TokenCursor cursor, bool replaces)
    {
        _ = cursor.Take("recursive");
        foreach (var kind in (string[])[
            "materialized view", "view", "sequence", "extension", "aggregate", "policy", "rule", "schema", "collation", "event trigger"])
        {
            if (cursor.Take(kind))
            {
                _ = cursor.Take("if not exists");
                var name = cursor.Name();
                return new CreateObject(kind, name, Owner(cursor, kind), replaces);
            }
        }

        return new OtherStatement("create");
    }

    static QualifiedName? Owner(TokenCursor cursor, string kind)
    {
        var found = kind switch
        {
            "policy" => cursor.Take("on"),
            "rule" => cursor.SkipTo("to") && cursor.Take("to"),
            _ => false,
        };
        return found ? cursor.Name() : null;
    }

    static CreateRoutine Routine(TokenCursor cursor, string kind)
    {
        var name = cursor.Name();
        while (!cursor.AtEnd && cursor.Current.Kind is not TokenKind.DollarString && !(cursor.Is("as") && cursor.NextIsString))
        {
            cursor.SkipBalanced();
        }

        _ = cursor.Take("as");
        return new CreateRoutine(kind, name, StatementParser.Body(cursor));
    }

    static CreateTable Table(TokenCursor cursor, bool temporary)
    {
        var ifNotExists = cursor.Take("if not exists");
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

        return new CreateTable(table, temporary, columns, [.. constraints, .. columns.SelectMany(column => column.Constraints)])
        {
            IfNotExists = ifNotExists,
            Partitioned = cursor.Ahead("partition by"),
        };
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
        var ifNotExists = cursor.Take("if not exists");
        var name = cursor.Is("on") ? null : cursor.Identifier();
        _ = cursor.Take("on");
        var only = cursor.Take("only");
        var table = cursor.Name();
        if (cursor.Take("using"))
        {
            _ = cursor.Identifier();
        }

        var columns = cursor.ParenthesizedColumns();
        return new CreateIndex(
            name, table, unique, concurrently, columns, cursor.Ahead("where")) { IfNotExists = ifNotExists, Only = only };
    }
}
