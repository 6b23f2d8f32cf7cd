namespace DbGate.Postgres;

/// <summary>Quoting: the one place where a name or a text becomes part of a statement.</summary>
static class Sql
{
    /// <summary>A quoted identifier (<c>"od""d"</c>).</summary>
    /// <exception cref="ArgumentException">The name is empty or holds NUL, which no PostgreSQL name can.</exception>
    public static string Identifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return $"\"{WithoutNul(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A schema-qualified, quoted name.</summary>
    public static string Identifier(string schema, string name) => $"{Identifier(schema)}.{Identifier(name)}";

    /// <summary>
    /// A quoted string literal that reads the same whatever <c>standard_conforming_strings</c> states: a text with a
    /// backslash becomes <c>E'…'</c> (as libpq's <c>PQescapeLiteral</c> does).
    /// </summary>
    public static string Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var doubled = WithoutNul(text).Replace("'", "''", StringComparison.Ordinal);
        return doubled.Contains('\\', StringComparison.Ordinal)
            ? $" E'{doubled.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{doubled}'";
    }

    static string WithoutNul(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("PostgreSQL texts cannot hold NUL.", nameof(text))
            : text;
}
