namespace DbGate.Statements.Parsing;

/// <summary>
/// Reads from a statement what the rules ask about. It knows the statements of migrations, not the whole grammar: what it
/// does not know becomes an <see cref="OtherStatement"/>, never an error, as the server has the last word on syntax.
/// </summary>
static class StatementParser
{
    // What GRANT … ON names other than tables.
    static readonly string[] AfterOn =
    [
        "sequence", "database", "domain", "foreign", "function", "procedure", "routine", "language", "large", "parameter", "schema",
        "tablespace", "type",
    ];

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
            "merge" when cursor.Take("into") => WriteParser.Merge(cursor),
            "grant" => Privileges(cursor, grants: true),
            "revoke" => Privileges(cursor, grants: false),
            "lock" => Lock(cursor),
            "select" or "call" or "values" or "perform" => new OtherStatement(verb) { Calls = Calls(cursor) },
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

        if (cursor.Take("system"))
        {
            return new ServerChange("ALTER SYSTEM");
        }

        if (cursor.Take("role") || cursor.Take("user") || cursor.Take("database"))
        {
            return new ServerChange("ALTER ROLE or ALTER DATABASE");
        }

        return AlterObject(cursor);
    }

    static ParsedStatement AlterObject(TokenCursor cursor)
    {
        foreach (var kind in (string[])["materialized view", "view", "index", "sequence", "function", "procedure", "domain", "schema"])
        {
            if (!cursor.Take(kind))
            {
                continue;
            }

            _ = cursor.Take("if exists");
            var name = cursor.Name();
            if (cursor.IsSymbol("("))
            {
                cursor.SkipBalanced();
            }

            return cursor.Take("rename to") ? new Rename(kind, name, null, cursor.Identifier())
                : cursor.Take("set schema") ? new SetSchema(kind, name, cursor.Identifier())
                : kind is "view" or "materialized view" && cursor.Take("rename") ? RenameColumn(cursor, name)
                : kind == "sequence" ? Sequence(cursor, name)
                : new OtherStatement($"alter {kind}");
        }

        return new OtherStatement("alter");
    }

    static Rename RenameColumn(TokenCursor cursor, QualifiedName view)
    {
        _ = cursor.Take("column");
        var column = cursor.Identifier();
        _ = cursor.Take("to");
        return new Rename("column", view, column, cursor.Identifier());
    }

    static AlterSequence Sequence(TokenCursor cursor, QualifiedName name)
    {
        var restarts = cursor.Ahead("restart");
        return new AlterSequence(name, restarts, cursor.SkipTo("as") && cursor.Take("as") ? TypeParser.Type(cursor) : null);
    }

    static ParsedStatement AlterType(TokenCursor cursor)
    {
        var type = cursor.Name();
        if (cursor.Take("add value"))
        {
            _ = cursor.Take("if not exists");
            return new AddEnumValue(type, cursor.StringValue() ?? cursor.CurrentText);
        }

        if (cursor.Take("rename value"))
        {
            var old = cursor.StringValue() ?? cursor.CurrentText;
            cursor.Skip();
            _ = cursor.Take("to");
            return new Rename("value", type, old, cursor.StringValue() ?? cursor.CurrentText);
        }

        return cursor.Take("rename to") ? new Rename("type", type, null, cursor.Identifier())
            : cursor.Take("set schema") ? new SetSchema("type", type, cursor.Identifier())
            : new OtherStatement("alter type");
    }

    static Privilege Privileges(TokenCursor cursor, bool grants)
    {
        _ = cursor.Take("grant option for");
        var privileges = new List<string>();
        while (!cursor.AtEnd && !cursor.Is("on") && !cursor.Is("to") && !cursor.Is("from"))
        {
            privileges.Add(cursor.Identifier());
        }

        if (!cursor.Take("on"))
        {
            return new Privilege(grants, privileges, "a role", []);
        }

        var start = cursor.Current.Start;
        var isTable = cursor.Take("table") || !(cursor.Is("all") || AfterOn.Any(cursor.Is));
        IReadOnlyList<QualifiedName> tables = isTable ? cursor.Names() : [];
        _ = cursor.SkipTo("to", "from");
        return new Privilege(grants, privileges, cursor.TextFrom(start), tables);
    }

    static LockTables Lock(TokenCursor cursor)
    {
        _ = cursor.Take("table");
        var tables = cursor.Names();
        if (!cursor.Take("in"))
        {
            return new LockTables(tables, "access exclusive");
        }

        var start = cursor.Current.Start;
        _ = cursor.SkipTo("mode");
        return new LockTables(tables, cursor.TextFrom(start));
    }

    static IReadOnlyList<QualifiedName> Calls(TokenCursor cursor)
    {
        var calls = new List<QualifiedName>();
        while (!cursor.AtEnd)
        {
            if (cursor.Current.Kind is TokenKind.Word or TokenKind.QuotedIdentifier)
            {
                var name = cursor.Name();
                if (cursor.IsSymbol("("))
                {
                    calls.Add(name);
                }
            }
            else
            {
                cursor.Skip();
            }
        }

        return calls;
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

    static ParsedStatement Block(TokenCursor cursor) => (ParsedStatement?)Body(cursor) ?? new OtherStatement("do");

    /// <summary>The next string in quotes as a body of code; null when none follows.</summary>
    internal static DoBlock? Body(TokenCursor cursor)
    {
        while (!cursor.AtEnd && cursor.Current.Kind is not (TokenKind.DollarString or TokenKind.PlainString))
        {
            cursor.Skip();
        }

        var text = cursor.CurrentText;
        var quote = text.StartsWith('$') ? text.IndexOf('$', 1) + 1 : 1;
        return cursor.AtEnd ? null : new DoBlock(text[quote..^quote], cursor.Current.Start + quote);
    }

    static List<string> Options(TokenCursor cursor) => [.. cursor.ParenthesizedColumns().OfType<string>()];

    static TokenCursor Verbose(TokenCursor cursor)
    {
        _ = cursor.Take("verbose");
        _ = cursor.Take("analyze");
        return cursor;
    }
}
