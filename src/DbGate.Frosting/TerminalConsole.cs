using Cake.Core;

namespace DbGate.Frosting;

/// <summary>Cake's console, with colours only on a terminal and never against <c>NO_COLOR</c> (https://no-color.org).</summary>
sealed class TerminalConsole(ICakeEnvironment environment) : IConsole
{
    readonly CakeConsole console = new(environment);

    public bool SupportAnsiEscapeCodes { get; } =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(environment.GetEnvironmentVariable("NO_COLOR"));

    public ConsoleColor ForegroundColor
    {
        get => console.ForegroundColor;
        set => WithColour(() => console.ForegroundColor = value);
    }

    public ConsoleColor BackgroundColor
    {
        get => console.BackgroundColor;
        set => WithColour(() => console.BackgroundColor = value);
    }

    public void ResetColor() => WithColour(console.ResetColor);

    public void Write(string format, params object[] arg) => console.Write(format, arg);

    public void Write(string value) => console.Write(value);

    public void WriteLine(string format, params object[] arg) => console.WriteLine(format, arg);

    public void WriteLine(string value) => console.WriteLine(value);

    public void WriteError(string format, params object[] arg) => console.WriteError(format, arg);

    public void WriteError(string value) => console.WriteError(value);

    public void WriteErrorLine(string format, params object[] arg) => console.WriteErrorLine(format, arg);

    public void WriteErrorLine(string value) => console.WriteErrorLine(value);

    void WithColour(Action set)
    {
        if (SupportAnsiEscapeCodes)
        {
            set();
        }
    }
}
