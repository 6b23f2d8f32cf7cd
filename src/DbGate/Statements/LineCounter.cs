namespace DbGate.Statements;

/// <summary>Turns offsets, asked for in ascending order, into lines and columns, both one-based.</summary>
struct LineCounter(string text)
{
    readonly string text = text;
    int position;
    int lineStart;
    int line = 1;

    public (int Line, int Column) At(int offset)
    {
        var passed = text.AsSpan(position, offset - position);
        line += passed.Count('\n');
        lineStart = passed.LastIndexOf('\n') is var last and >= 0 ? position + last + 1 : lineStart;
        position = offset;
        return (line, offset - lineStart + 1);
    }
}
