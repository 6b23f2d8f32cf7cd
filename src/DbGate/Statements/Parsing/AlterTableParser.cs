namespace DbGate.Statements.Parsing;

/// <summary>Reads what is behind <c>ALTER TABLE</c>.</summary>
static class AlterTableParser
{
    public static ParsedStatement Parse(TokenCursor cursor)
    {
        _ = cursor.Take("if exists");
        _ = cursor.Take("only");
        var table = cursor.Name();
        _ = cursor.TakeSymbol("*");
        if (cursor.Take("rename"))
        {
            return Renaming(cursor, table);
        }

        if (cursor.Take("set schema"))
        {
            return new SetSchema("table", table, cursor.Identifier());
        }

        var actions = new List<AlterAction>();
        do
        {
            actions.Add(Action(cursor));
            while (!cursor.AtEnd && !cursor.IsSymbol(","))
            {
                cursor.SkipBalanced();
            }
        }
        while (cursor.TakeSymbol(","));

        return new AlterTable(table, actions);
    }

    static Rename Renaming(TokenCursor cursor, QualifiedName table)
    {
        if (cursor.Take("to"))
        {
            return new Rename("table", table, null, cursor.Identifier());
        }

        var kind = cursor.Take("constraint") ? "constraint" : "column";
        _ = cursor.Take("column");
        var column = cursor.Identifier();
        _ = cursor.Take("to");
        return new Rename(kind, table, column, cursor.Identifier());
    }

    static AlterAction Action(TokenCursor cursor)
    {
        if (cursor.Take("add"))
        {
            return Adding(cursor);
        }

        if (cursor.Take("drop constraint"))
        {
            _ = cursor.Take("if exists");
            return new DropConstraint(cursor.Identifier());
        }

        if (cursor.Take("drop"))
        {
            _ = cursor.Take("column");
            _ = cursor.Take("if exists");
            var column = cursor.Identifier();
            return new DropColumn(column, cursor.Take("cascade"));
        }

        if (cursor.Take("alter constraint"))
        {
            var constraint = cursor.Identifier();
            return new AlterConstraint(constraint, cursor.Is("enforced") ? true : cursor.Take("not enforced") ? false : null);
        }

        if (cursor.Take("alter"))
        {
            _ = cursor.Take("column");
            return Altering(cursor, cursor.Identifier());
        }

        if (cursor.Take("validate constraint"))
        {
            return new ValidateConstraint(cursor.Identifier());
        }

        if (cursor.Take("attach partition"))
        {
            return new AttachPartition(cursor.Name());
        }

        if (cursor.Take("detach partition"))
        {
            return new DetachPartition(cursor.Name(), cursor.Take("concurrently"));
        }

        return cursor.Take("set unlogged") ? new SetLogged(false)
            : cursor.Take("set logged") ? new SetLogged(true)
            : new OtherAction(AlterForms.OfTable.FirstOrDefault(cursor.Take) ?? "");
    }

    static AlterAction Adding(TokenCursor cursor)
    {
        if (ColumnParser.BeginsConstraint(cursor))
        {
            return ColumnParser.TableConstraint(cursor) is { } constraint ? new AddConstraint(constraint) : new OtherAction();
        }

        _ = cursor.Take("column");
        _ = cursor.Take("if not exists");
        return new AddColumn(ColumnParser.Column(cursor));
    }

    static AlterAction Altering(TokenCursor cursor, string column)
    {
        if (cursor.Take("type") || cursor.Take("set data type"))
        {
            var start = cursor.Current.Start;
            var type = TypeParser.Type(cursor);
            var text = cursor.TextFrom(start);
            if (cursor.Take("collate"))
            {
                _ = cursor.Name();
            }

            return new AlterColumnType(column, type, text, cursor.Take("using") ? TypeParser.Expression(cursor) : null);
        }

        return cursor.Take("set not null") ? new SetNotNull(column)
            : cursor.Take("drop not null") ? new DropNotNull(column)
            : cursor.Take("set default") ? new SetDefault(column, TypeParser.Expression(cursor))
            : cursor.Take("drop default") ? new SetDefault(column, null)
            : cursor.Take("set expression") ? new SetExpression(column)
            : new OtherAction(AlterForms.OfColumn.FirstOrDefault(cursor.Take) ?? "");
    }
}
