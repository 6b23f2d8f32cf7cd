using System.Text;
using System.Text.RegularExpressions;
using DbGate.Statements;

namespace DbGate.Backups.Restores;

/// <summary>
/// Carries <see cref="RestoreChanges"/> out in the statements of an archive, which have the forms that <c>pg_dump</c> writes. Pure.
/// </summary>
/// <param name="changes">What is changed.</param>
/// <param name="present">Extensions that the database has already: their creation and comment are left to the session that made
/// them.</param>
sealed partial class StatementFilter(RestoreChanges changes, IReadOnlySet<string> present)
{
    const string Role = """("([^"]|"")+"|[\w$]+)""";

    static readonly string[][] Acl = [["grant"], ["revoke"], ["alter", "default", "privileges"]];
    static readonly string[][] Objects = [["grant"], ["revoke"], ["security", "label"]];
    static readonly string[][] Sessions = [["set", "session", "authorization"], ["reset", "session", "authorization"]];
    static readonly string[][] EventTriggers =
        [["create", "event", "trigger"], ["alter", "event", "trigger"], ["comment", "on", "event", "trigger"]];

    /// <summary>Changes nothing.</summary>
    public static StatementFilter None { get; } = new(RestoreChanges.None, new HashSet<string>());

    /// <summary>The statements pass as they are.</summary>
    public bool IsEmpty => changes.IsNone && present.Count == 0;

    /// <summary>Extensions that are not created, with the rows of their configuration tables.</summary>
    public IReadOnlyList<string> Extensions => changes.Extensions;

    /// <summary>The text with every statement changed or left out.</summary>
    /// <param name="sql">Definitions; no rows.</param>
    public string Apply(string sql)
    {
        if (IsEmpty)
        {
            return sql;
        }

        var (text, position) = (new StringBuilder(sql.Length), 0);
        foreach (var statement in StatementSplitter.Split(sql, "the archive").Statements)
        {
            if (IfThere(Change(statement.Text)) is var changed && !ReferenceEquals(changed, statement.Text))
            {
                text.Append(sql, position, statement.Offset - position).Append(changed);
                position = statement.End;
            }
        }

        return text.Append(sql, position, sql.Length - position).ToString();
    }

    /// <summary>A line of the large objects' part, whose statements are one line each; the line itself when it stays.</summary>
    public string? ApplyToLine(string line) => line.StartsWith("ALTER LARGE OBJECT ", StringComparison.Ordinal)
        || line.StartsWith("GRANT ", StringComparison.Ordinal) || line.StartsWith("REVOKE ", StringComparison.Ordinal)
        ? Change(line.TrimEnd(';')) is { } changed ? $"{changed};" : ""
        : line;

    /// <summary>A statement; null when it is left out.</summary>
    internal string? Change(string text)
    {
        if (IsAny(text, EventTriggers) && changes.OmitsEventTriggers)
        {
            return null;
        }

        if (ExtensionOf(text) is { } extension)
        {
            return changes.Extensions.Contains(extension) || present.Contains(extension) ? null : text;
        }

        if (IsAny(text, Sessions))
        {
            return changes.OmitsOwners || changes.OmitsPrivileges ? null : Map(text, Session());
        }

        if (IsAny(text, Acl))
        {
            return changes.OmitsPrivileges ? null : Map(Map(text, Grantee()), ForRole());
        }

        return Owner().IsMatch(text) && TableStatements.Begins(text, ["alter"])
            ? changes.OmitsOwners ? null : Map(text, Owner())
            : TableStatements.Begins(text, ["create", "policy"]) ? Map(text, Policy())
            : text;
    }

    // Privileges on the objects of an extension that is left out look like every other GRANT: only the server knows whose an object is. All
    // other objects are there by now. A role that is missing stays an error.
    string? IfThere(string? text)
    {
        if (text is null || changes.Extensions.Count == 0 || !IsAny(text, Objects))
        {
            return text;
        }

        var grantee = Grantee().Match(text).Groups["role"] is { Success: true, Value: not "PUBLIC" and var role } ? Unquoted(role) : null;
        var unlessRole = grantee is null
            ? "NULL;"
            : $"IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {Postgres.Sql.Literal(grantee)}) THEN RAISE; END IF;";
        return DoBlock.From(
            text,
            $"""
            BEGIN
            {text};
            EXCEPTION
            WHEN undefined_function OR undefined_table OR invalid_schema_name THEN NULL;
            WHEN undefined_object THEN {unlessRole}
            END
            """);
    }

    /// <summary>The roles that statements name, after the changes.</summary>
    public IReadOnlySet<string> RolesIn(string sql)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in StatementSplitter.Split(sql, "the archive").Statements.Select(statement => Change(statement.Text))
            .OfType<string>())
        {
            var patterns = IsAny(text, Acl) ? [Grantee(), ForRole()]
                : IsAny(text, Sessions) ? [Session()]
                : TableStatements.Begins(text, ["create", "policy"]) ? [Policy()]
                : TableStatements.Begins(text, ["alter"]) ? (Regex[])[Owner()]
                : [];
            foreach (var pattern in patterns)
            {
                roles.UnionWith(pattern.Match(text).Groups["role"].Captures.Select(capture => Unquoted(capture.Value)));
            }
        }

        roles.Remove("PUBLIC");
        return roles;
    }

    string Map(string text, Regex pattern)
    {
        if (changes.Roles.Count == 0 || pattern.Match(text) is not { Success: true } match)
        {
            return text;
        }

        foreach (var capture in match.Groups["role"].Captures.Reverse())
        {
            if (changes.Roles.TryGetValue(Unquoted(capture.Value), out var other))
            {
                text = $"{text[..capture.Index]}{Postgres.Sql.Identifier(other)}{text[(capture.Index + capture.Length)..]}";
            }
        }

        return text;
    }

    static bool IsAny(string text, string[][] beginnings) => beginnings.Any(words => TableStatements.Begins(text, words));

    static string? ExtensionOf(string text) =>
        Extension().Match(text) is { Success: true } match ? Unquoted(match.Groups["name"].Value) : null;

    static string Unquoted(string name) => name.StartsWith('"') ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    [GeneratedRegex($@"\bOWNER TO (?<role>{Role})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Owner();

    [GeneratedRegex($@"\b(TO|FROM) (?<role>{Role})( WITH GRANT OPTION| CASCADE)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grantee();

    [GeneratedRegex($@"^ALTER DEFAULT PRIVILEGES FOR ROLE (?<role>{Role})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ForRole();

    [GeneratedRegex($@"^SET SESSION AUTHORIZATION (?<role>{Role})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Session();

    [GeneratedRegex($@" TO (?<role>{Role})(, (?<role>{Role}))*(?= USING \(| WITH CHECK \(|$)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Policy();

    [GeneratedRegex($@"^(CREATE EXTENSION (IF NOT EXISTS )?|COMMENT ON EXTENSION )(?<name>{Role})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Extension();
}
