using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Starter;

namespace DbGate.CommandGuard.Reports;

/// <summary>What code scanning shows about the guard's rules.</summary>
static class GuardHelp
{
    /// <summary>Where the pages of this build are.</summary>
    public static string Root { get; } =
        $"https://github.com/{ToolOrigin.Own.Repository}/blob/{(ToolOrigin.Own.IsKnown ? ToolOrigin.Own.Commit : "main")}/";

    public static (string Description, string Help) From(ProblemCode code) => code.Id switch
    {
        "DBG0401" => ("A path that production runs ends in a command that can drop tables, columns or rows without a migration.",
            "Follow the hops from the entrypoint to the command. Replace the command by one that applies migrations, or remove it "
                + "from the path."),
        "DBG0402" => ("A variable or a configuration file turns off a protection of a migration tool, or lets it change the schema at "
            + "every start.",
            "Remove the setting from the file, or set it only in files that development uses."),
        "DBG0403" => ("A file that production may run cannot be read or parsed, so its commands were not judged.",
            "Fix the file, or class its path under `guard` in dbgate.json."),
        "DBG0405" => ("A waiver for a destructive command has expired.",
            "Remove the command from the path, or have a new waiver approved."),
        "DBG0407" => ("Something that production runs cannot be followed: its name is known only when it runs, or its file is not in the "
            + "repository.",
            "Write the command out, or class the file under `guard` in dbgate.json if only development runs it."),
        "DBG0408" => ("The policy ignores files that production runs.",
            "Remove the glob from `guard.ignore`, or make it narrower."),
        "DBG0413" => ("The application applies migrations or creates its schema by itself, outside the release that DbGate gates.",
            "Remove the call; let the release apply the migrations before the application starts. Set `guard.bypass` to `error` "
                + "to block it."),
        _ => ($"{code.Title}.", $"See the page of {code.Id} for the cause and the ways to fix it."),
    };
}
