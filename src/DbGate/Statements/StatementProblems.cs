using DbGate.Problems;

namespace DbGate.Statements;

/// <summary>What can be wrong with a migration file before anything is known of its statements.</summary>
static class StatementProblems
{
    public static readonly ProblemCode UnterminatedCode = new("DBG0230", "A quote or comment is not closed", ExitCode.Blocked);
    public static readonly ProblemCode CopyFromStandardInputCode = new("DBG0231", "COPY FROM stdin in a migration", ExitCode.Blocked);
    public static readonly ProblemCode PsqlCommandCode = new("DBG0232", "A psql command in a migration", ExitCode.Blocked);
    public static readonly ProblemCode StringRulesChangeCode =
        new("DBG0233", "The setting standard_conforming_strings is off", ExitCode.Blocked);
    public static readonly ProblemCode ZeroByteCode = new("DBG0234", "A NUL character in a migration", ExitCode.Blocked);

    public static Problem Unterminated(LexerFault fault, SourceLocation location) =>
        Blocks(UnterminatedCode, $"the {Name(fault)} that begins here has no end", location) with
        {
            Cause = "the server reads everything behind it as part of it and refuses the file",
            Fix = "close it; in '…' a quote is written twice, and a backslash escapes nothing",
        };

    public static Problem CopyFromStandardInput(SourceLocation location) =>
        Blocks(CopyFromStandardInputCode, "COPY … FROM stdin needs a client that sends the rows; a migration engine is none", location) with
        {
            Cause = "the data lines behind it are not SQL; only psql can tell them from statements",
            Fix = "write the rows as INSERT … VALUES, or load them outside of the migration",
        };

    public static Problem PsqlCommand(string line, SourceLocation location) =>
        Blocks(PsqlCommandCode, $"'{Shorten(line)}' is a command of psql, not SQL", location) with
        {
            Cause = "the server has no backslash commands",
            Fix = "remove it, or write it as SQL; in a string, put the quotes right",
        };

    public static Problem StringRulesChange(SourceLocation location) =>
        Blocks(StringRulesChangeCode, "the file changes how its own strings are read", location) with
        {
            Cause = "sent whole, the file is read by the rules from before this statement; sent one by one, by the rules behind it",
            Fix = @"leave standard_conforming_strings on and write E'…' where backslashes escape",
        };

    public static Problem ZeroByte(SourceLocation location) =>
        Blocks(ZeroByteCode, "the file holds a NUL character", location) with
        {
            Cause = "the protocol ends a query at it, so the rest of the file would silently not run; UTF-16 files are full of them",
            Fix = "save the file as UTF-8 and remove the character",
        };

    static Problem Blocks(ProblemCode code, string message, SourceLocation location) =>
        new(code, message) { Location = location, State = DatabaseState.NotContacted };

    static string Name(LexerFault fault) => fault switch
    {
        LexerFault.UnterminatedIdentifier => "quoted identifier",
        LexerFault.UnterminatedDollarString => "dollar-quoted string",
        LexerFault.UnterminatedComment => "comment",
        _ => "string",
    };

    static string Shorten(string line) => line.Length <= 40 ? line.TrimEnd() : $"{line[..40]}…";
}
