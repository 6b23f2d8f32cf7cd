namespace DbGate.Migrations.Statements.Parsing;

/// <summary>
/// Reads from a statement what the rules ask about. It knows the statements of migrations, not the whole grammar: what it
/// does not know becomes an <see cref="OtherStatement"/>, never an error, as the server has the last word on syntax.
/// </summary>
static class StatementParser
{
    public static ParsedStatement Parse(string statement)
    {
        var cursor = new TokenCursor(statement);
        if (!cursor.Is("with"))
        {
            return Parse(cursor);
        }

        cursor.Skip();
        var writes = WithParser.Writes(statement, cursor);
        var main = Parse(cursor);
        return writes.Count == 0 ? main : new WithWrites(writes, main);
    }

    static ParsedStatement Parse(TokenCursor cursor)
    {
        var verb = cursor.Current.Kind == TokenKind.Word ? cursor.Identifier() : "";
        return verb switch
        {
            "create" => CreateParser.Parse(cursor),
            "alter" => Alter(cursor),
            "drop" => DropParser.Parse(cursor),
            "truncate" => TruncateTables(cursor),
            "delete" when cursor.Take("from") => WriteParser.Delete(cursor),
            "update" => WriteParser.Update(cursor),
            "insert" when cursor.Take("into") => new Insert(cursor.Name()),
            "reindex" => ReindexObject(cursor),
            "cluster" => new RewriteTable("CLUSTER", cursor.AtEnd ? null : Verbose(cursor).Name()),
            "vacuum" => Vacuum(cursor),
            "refresh" when cursor.Take("materialized view") => Refresh(cursor),
            "set" => Set(cursor),
            "do" => Block(cursor),
            "begin" => new TransactionControl(TransactionVerb.Begin),
            "start" => new TransactionControl(TransactionVerb.Begin),
            "commit" or "end" => new TransactionControl(TransactionVerb.Commit),
            "abort" => new TransactionControl(TransactionVerb.Rollback),
            "rollback" => new TransactionControl(cursor.Ahead("to") ? TransactionVerb.Savepoint : TransactionVerb.Rollback),
            "savepoint" or "release" => new TransactionControl(TransactionVerb.Savepoint),
            _ => new OtherStatement(verb),
        };
    }

    static ParsedStatement Alter(TokenCursor cursor)
    {
        if (cursor.Take("table"))
        {
            return AlterTableParser.Parse(cursor);
        }

        if (cursor.Take("type"))
        {
            return AlterType(cursor);
        }

        foreach (var kind in (string[])["materialized view", "view", "index", "sequence"])
        {
            if (cursor.Take(kind))
            {
                _ = cursor.Take("if exists");
                var name = cursor.Name();
                return cursor.Take("rename to") ? new Rename(kind, name, null, cursor.Identifier()) : new OtherStatement($"alter {kind}");
            }
        }

        return new OtherStatement("alter");
    }

    static ParsedStatement AlterType(TokenCursor cursor)
    {
        var type = cursor.Name();
        if (cursor.Take("add value"))
        {
            _ = cursor.Take("if not exists");
            return new AddEnumValue(type, cursor.CurrentText.Trim('\''));
        }

        return cursor.Take("rename to") ? new Rename("type", type, null, cursor.Identifier()) : new OtherStatement("alter type");
    }

    static Truncate TruncateTables(TokenCursor cursor)
    {
        _ = cursor.Take("table");
        return new Truncate(cursor.Names(), cursor.Ahead("cascade"));
    }

    static Reindex ReindexObject(TokenCursor cursor)
    {
        var concurrently = cursor.IsSymbol("(") && Options(cursor).Contains("concurrently");
        var kind = cursor.Identifier();
        concurrently |= cursor.Take("concurrently");
        return new Reindex(kind, cursor.AtEnd ? null : cursor.Name(), concurrently);
    }

    static ParsedStatement Vacuum(TokenCursor cursor)
    {
        var full = cursor.IsSymbol("(") ? Options(cursor).Contains("full") : cursor.Take("full");
        return full ? new RewriteTable("VACUUM FULL", cursor.AtEnd ? null : Verbose(cursor).Name()) : new OtherStatement("vacuum");
    }

    static RefreshMaterializedView Refresh(TokenCursor cursor)
    {
        var concurrently = cursor.Take("concurrently");
        return new RefreshMaterializedView(cursor.Name(), concurrently);
    }

    static SetParameter Set(TokenCursor cursor)
    {
        var local = cursor.Take("local");
        _ = cursor.Take("session");
        var name = cursor.Name().Name;
        _ = cursor.TakeSymbol("=") || cursor.Take("to");
        return new SetParameter(name, cursor.CurrentText.Trim('\''), local);
    }

    static ParsedStatement Block(TokenCursor cursor)
    {
        while (!cursor.AtEnd && cursor.Current.Kind is not (TokenKind.DollarString or TokenKind.PlainString))
        {
            cursor.Skip();
        }

        var text = cursor.CurrentText;
        var quote = text.StartsWith('$') ? text.IndexOf('$', 1) + 1 : 1;
        return cursor.AtEnd
            ? new OtherStatement("do")
            : new DoBlock(text[quote..^quote], cursor.Current.Start + quote);
    }

    static List<string> Options(TokenCursor cursor) => [.. cursor.ParenthesizedColumns().OfType<string>()];

    static TokenCursor Verbose(TokenCursor cursor)
    {
        _ = cursor.Take("verbose");
        _ = cursor.Take("analyze");
        return cursor;
    }
}
