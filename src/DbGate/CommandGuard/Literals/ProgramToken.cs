namespace DbGate.CommandGuard.Literals;

enum TokenKind
{
    Name,
    Text,
    Mark,
}

/// <summary>A token of JavaScript, TypeScript or Python: only names, strings and punctuation matter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name, the decoded text of a string, or one punctuation character.</param>
/// <param name="Offset">Where it begins.</param>
readonly record struct ProgramToken(TokenKind Kind, string Text, int Offset)
{
    public bool Is(char mark) => Kind == TokenKind.Mark && Text[0] == mark;
}
