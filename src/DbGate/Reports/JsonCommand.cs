using System.Text.Json;
using DbGate.Problems;

namespace DbGate.Reports;

/// <summary>A command of a fix in the JSON report: its parts, and the lines for the two kinds of shell.</summary>
static class JsonCommand
{
    static readonly CommandStyle PowerShell = CommandStyle.BuildScript with { Program = "./build.ps1", IsPowerShell = true };

    public static void Write(Utf8JsonWriter json, FixCommand command)
    {
        json.WriteStartObject();
        json.WriteString("kind", command switch { GateCommand => "task", ProgramCommand => "program", SqlCommand => "sql", _ => "text" });
        json.WriteString("note", command.Note);
        json.WriteString("shell", CommandStyle.BuildScript.Line(command));
        json.WriteString("powershell", command is TextCommand ? null : PowerShell.Line(command));
        switch (command)
        {
            case GateCommand gate:
                json.WriteString("task", gate.Task);
                json.WriteStartObject("options");
                foreach (var option in gate.Options)
                {
                    json.WriteString(option.Name, option.Value is { } value ? Word(value) : "");
                }

                json.WriteEndObject();
                break;
            case ProgramCommand program:
                json.WriteString("program", program.Program);
                JsonReport.Array(json, "arguments", program.Arguments, static (json, argument) => json.WriteStringValue(Word(argument)));
                break;
            case SqlCommand sql:
                json.WriteString("statement", sql.Statement);
                break;
        }

        json.WriteEndObject();
    }

    static string Word(CommandArgument argument) => argument.Kind switch
    {
        ArgumentKind.Placeholder => $"<{argument.Text}>",
        ArgumentKind.Variable => $"${argument.Text}",
        _ => argument.Text,
    };
}
