using CsCheck;

namespace DbGate.Tests.Statements;

/// <summary>Files as nasty as PostgreSQL's lexer allows, made of statements that leave a trace in the catalog or in <c>log</c>.</summary>
static class SqlFiles
{
    /// <summary>Everything that the statements below leave behind.</summary>
    public const string Snapshot = """
        SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
          SELECT 'log ' || entry FROM log
          UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text || ' ' || coalesce(obj_description(oid), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
          UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
          UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
          UNION ALL SELECT 'rule ' || pg_get_ruledef(oid) FROM pg_rewrite WHERE oid >= 16384
          UNION ALL SELECT 'operator ' || oprname FROM pg_operator WHERE oid >= 16384) AS lines (line)
        """;

    static readonly Gen<string> Trivia = Gen.OneOf(
        " ", "\n", "\t", "\r\n", " -- ; it's $$ \"\n", "\n-- x\r", "/* ; ' */", "/* /* ; */ $a$ */", " \f ", "/**/", "/***/", "/*/**/*/");

    static readonly Gen<string> Nasty =
        Gen.OneOf("'", "\"", "$", "$$", "$a$", ";", "--", "/*", "*/", "\\", "\n", "a", "END", "ü", "😀", "(", ")", "E'")
        .Array[0, 8].Select(string.Concat);

    static readonly Gen<string> Literal = Gen.Select(Nasty, Nasty, Gen.Int[0, 5], (first, second, style) => style switch
    {
        0 => Quoted(first),
        1 => $"E'{first.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'",
        2 => Quoted(first) + " -- ' ;\n\t" + Quoted(second),
        3 => $"E'{first.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'\n'\\';'",
        4 => $"U&'{first.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}\\0027'",
        _ => Dollared(first),
    });

    static readonly Gen<string> Identifier = Gen.Select(Nasty, Gen.Int[0, 1_000_000], Gen.Int[0, 2], (nasty, number, style) => style switch
    {
        0 => $"t{number}$a$",
        1 => $"\"t{number}{Short(nasty).Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => $"U&\"t{number}\\003b"
            + $"{Short(nasty).Replace("\"", "\"\"", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal)}\"",
    });

    static readonly Gen<string> Statement =
        Gen.Select(Identifier, Literal, Trivia, Trivia, Gen.Int[0, 8], (name, literal, gap, other, kind) => kind switch
    {
        0 => $"CREATE{gap} TABLE {name} (a int,{other}\"b;\" text DEFAULT {literal});",
        1 => $"INSERT INTO log{gap}VALUES ({literal});",
        2 => $"DO{gap}$Body$BEGIN INSERT INTO log VALUES ({literal}); END$Body$;",
        3 => $"CREATE FUNCTION {name}() RETURNS text LANGUAGE sql BEGIN{gap} ATOMIC SELECT {literal}; SELECT CASE{gap} WHEN 1=1 THEN "
            + $"'END;' END end;{other}SELECT {literal}; END;",
        4 => $"CREATE{gap} OR REPLACE{gap} FUNCTION {name}() RETURNS text LANGUAGE sql AS $Body$SELECT {literal};$Body$;",
        5 => $"CREATE{gap} RULE {name} AS ON UPDATE TO log DO{other}({gap}INSERT INTO log VALUES ({literal});{other} DELETE FROM "
            + $"log{gap});",
        6 => $"INSERT INTO log SELECT 2*-- ;\n3;",
        7 => $"INSERT INTO log SELECT 1 WHERE{gap} 2 >-1 AND{other} 3 @+/* ; */ 4 IS NOT NULL;",
        _ => $"INSERT INTO log SELECT 1 AS {name};",
    });

    static readonly Gen<string> Operator =
        Gen.Int[1, 1_000]
            .Select(_ =>
                "DO $$ BEGIN IF to_regoperator('@+(int,int)') IS NULL THEN CREATE OPERATOR @+ (FUNCTION = int4pl, LEFTARG = int, RIGHTARG "
                    + "= int); END IF; END $$;");

    /// <summary>A file as its statements, each with its semicolon.</summary>
    public static readonly Gen<string[]> File =
        Gen.Select(Operator, Statement.Array[1, 12], Trivia.Array[12], (first, statements, gaps) =>
            (string[])[first, .. statements.Zip(gaps, (statement, gap) => gap + statement)]);

    /// <summary>What a text can be torn from to hit every state of the lexer.</summary>
    public static readonly Gen<string[]> Scraps = Gen.OneOf(
        "'", "'", "\n'", "\\'", "\"", "$", "$$", "$a$", "a", "1", ";", ";SELECT 1 ", "-", "--", "/", "*", "/*", "*/", "\\", "\n", " ",
        "E'", "e", "U&", "&", "x'", "b", "N",
        "(", ")", "+", "=", ",", "AS ", ".", "5", "e5", "ü").Array[0, 12];

    static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Dollared(string value) => $"$q_ü1${value}$q_ü1$";

    static string Short(string value) => value.Length > 20 ? "" : value;
}
