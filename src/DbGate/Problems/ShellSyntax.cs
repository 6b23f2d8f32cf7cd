using System.Text;

namespace DbGate.Problems;

/// <summary>Quoting and variables of a shell. Pure.</summary>
abstract class ShellSyntax
{
    public static ShellSyntax Posix { get; } = new PosixSyntax();

    public static ShellSyntax PowerShell { get; } = new PowerShellSyntax();

    /// <summary>The command in one line.</summary>
    public string Write(ProgramCommand command) =>
        $"{(command.ReadFrom is { } file ? Read(file) : "")}{Assign(command.Variables)}"
            + $"{string.Join(' ', command.Arguments.Select(Word).Prepend(Word(command.Program)))}";

    /// <summary>One word of a command.</summary>
    public string Word(CommandArgument argument) => argument.Kind switch
    {
        ArgumentKind.Placeholder => $"<{argument.Text}>",
        ArgumentKind.Variable => Variable(argument),
        _ => argument.Text.Length > 0 && argument.Text.All(IsPlain) ? argument.Text : Quote(argument.Text),
    };

    protected abstract string Quote(string text);

    protected abstract string Variable(CommandArgument variable);

    protected abstract string Assign(IReadOnlyList<CommandOption> variables);

    /// <summary>Reads one variable out of a <c>.env</c> file; the file as a whole need not be a script.</summary>
    protected abstract string Read(VariableFile file);

    static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "_./:@%+-=,".Contains(c, StringComparison.Ordinal);

    sealed class PosixSyntax : ShellSyntax
    {
        protected override string Quote(string text) =>
            // Double quotes where the text has single ones: SQL stays readable.
            text.Contains('\'', StringComparison.Ordinal) && !text.Contains('!', StringComparison.Ordinal)
                ? $"\"{Escape(text)}\""
                : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

        protected override string Variable(CommandArgument variable) =>
            variable.ReplacedQuery is { } query
                ? $"\"${{{variable.Text}%%\\?*}}{(query.Length > 0 ? "?" : "")}{query}\""
                : $"\"${variable.Text}\"";

        protected override string Assign(IReadOnlyList<CommandOption> variables) =>
            string.Concat(variables.Select(option => $"{option.Name}={Word(option.Value ?? "")} "));

        protected override string Read(VariableFile file) =>
            $"{file.Variable}=$(sed -n 's/^ *\\(export  *\\)*{file.Variable} *= *//p' {Word(file.File)} | tail -n 1 | tr -d \"\\\"'\"); ";

        static string Escape(string text)
        {
            var escaped = new StringBuilder(text.Length);
            foreach (var c in text)
            {
                escaped.Append(c is '"' or '\\' or '$' or '`' ? $"\\{c}" : c);
            }

            return escaped.ToString();
        }
    }

    sealed class PowerShellSyntax : ShellSyntax
    {
        protected override string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

        protected override string Variable(CommandArgument variable) =>
            variable.ReplacedQuery is { } query
                ? $"(($env:{variable.Text} -split '\\?')[0] + '{(query.Length > 0 ? "?" : "")}{query}')"
                : $"$env:{variable.Text}";

        protected override string Assign(IReadOnlyList<CommandOption> variables) =>
            string.Concat(variables.Select(option => $"$env:{option.Name} = {Word(option.Value ?? "")}; "));

        protected override string Read(VariableFile file) =>
            $"$env:{file.Variable} = (Select-String -Path {Word(file.File)} -Pattern '^\\s*(export\\s+)*{file.Variable}\\s*=\\s*(.*)$' | "
                + "Select-Object -Last 1).Matches[0].Groups[2].Value.Trim().Trim('\"', \"'\"); ";
    }
}
