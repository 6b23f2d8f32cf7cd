using DbGate.Problems;

namespace DbGate.Statements;

/// <summary>One statement of a script, exactly as it is there, without the semicolon and what surrounds it.</summary>
/// <param name="Text">From its first token to its last.</param>
/// <param name="Offset">Zero-based offset of <paramref name="Text"/> in the script, in characters (UTF-16).</param>
/// <param name="Line">One-based line of its first token.</param>
/// <param name="Column">One-based column of its first token.</param>
sealed record SqlStatement(string Text, int Offset, int Line, int Column)
{
    /// <summary>The offset behind its last character.</summary>
    public int End => Offset + Text.Length;

    /// <summary>The one-based line, within the script, of an offset within <see cref="Text"/>.</summary>
    public int LineAt(int offset) => Line + Text.AsSpan(0, Math.Clamp(offset, 0, Text.Length)).Count('\n');
}

/// <summary>A comment of a script.</summary>
/// <param name="Text">With its <c>--</c> or <c>/* */</c>.</param>
/// <param name="Offset">Zero-based offset in the script.</param>
/// <param name="Line">One-based line that it begins on.</param>
sealed record SqlComment(string Text, int Offset, int Line);

/// <summary>A file of SQL, taken apart. What is between the statements is white space, comments and semicolons only.</summary>
/// <param name="File">Path shown to the reader, relative to the project's root.</param>
/// <param name="Text">The whole file.</param>
/// <param name="Statements">In file order.</param>
/// <param name="Comments">In file order, those within statements included.</param>
sealed record SqlScript(string File, string Text, IReadOnlyList<SqlStatement> Statements, IReadOnlyList<SqlComment> Comments)
{
    /// <summary>The file begins with U+FEFF, which is not a part of the first statement.</summary>
    internal bool HasByteOrderMark => Text is ['\uFEFF', ..];

    /// <summary>Where a statement, or an offset within it, is.</summary>
    public SourceLocation Locate(SqlStatement statement, int offset = 0) =>
        new(File, statement.LineAt(offset), offset == 0 ? statement.Column : null);
}
