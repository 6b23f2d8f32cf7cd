using DbGate.CommandGuard;

namespace Acme;

public static class ClassifyCommand
{
    public static string Run(string commandLine)
    {
        var verdict = Guard.Classify(commandLine, "production");
        return $"{verdict.Class}: {verdict.Reason}";
    }
}
