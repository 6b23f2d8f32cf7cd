using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Testing;
using DbGate.Cli.CommandLine;

namespace DbGate.Build.Tests.Tool;

/// <summary>Every command of the README and of docs, read from the text itself: its tasks and its options exist.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class DocumentedCommands
{
    /// <summary>Tasks of this repository's own build.</summary>
    static readonly string[] OfBuild = ["bench", "compile", "demo", "image", "pack", "archives", "packages", "site", "test"];

    /// <summary>Options of this repository's own build; and the hook's, which is answered before the command line is parsed.</summary>
    static readonly string[] OptionsOfBuild = ["hook", "suite", "sample", "filter", "runtime", "tag", "base", "build-arg", "baseline"];

    /// <summary>What only looks like a command, and commands that a page shows because they are wrong.</summary>
    static readonly string[] Wrong = ["dbgate and the release's", "--issuer-uri", "dbgate relase", "dbgate cascade"];

    static IEnumerable<string> Pages =>
        new[] { "README.md" }
            .Concat(new[] { "docs", ".github", "src/DbGate.Cli", "src/DbGate.Frosting" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories))
                .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')))
            .Where(file => !file.EndsWith("CHANGELOG.md", StringComparison.Ordinal))
            .Where(file => !file.Contains("/artifacts/", StringComparison.Ordinal));

    static readonly HashSet<string> Options =
    [
        .. SettingsCatalog.All.Select(setting => setting.Option).OfType<string>(), .. TaskCatalog.All.SelectMany(task => task.Options)
            .Select(option => option.Option).OfType<string>(), .. HostOption.All.SelectMany(option =>
                option.Aliases.Select(alias => alias.TrimStart('-')).Append(option.Name)), .. OptionsOfBuild,
    ];

    [Test]
    public void Are_many() => Assert.That(Pages.SelectMany(CommandsOf).Count(), Is.GreaterThan(150));

    [TestCaseSource(nameof(Pages))]
    public void Name_tasks_and_options_that_exist(string page)
    {
        var wrong =
            from command in CommandsOf(page)
            from fault in Faults(command)
            select $"{command}: {fault}";

        Assert.That(wrong, Is.Empty);
    }

    static IEnumerable<string> Faults(string command)
    {
        var words = Quoted().Replace(command, "x").Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        var line = CommandLineParser.Parse([.. words.Where(word => !IsPlaceholder(word))]);
        foreach (var task in line.Tasks.Where(task => Name().IsMatch(task)))
        {
            if (ToolCommand.Find(line.Tasks[0]) is not null)
            {
                break; // "explain DBG0401": the rest is its own
            }

            if (TaskCatalog.Find(task) is null && !OfBuild.Contains(task))
            {
                yield return $"there is no task {task}";
            }
        }

        foreach (var option in words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2))
        {
            var name = option[2..].Split('=')[0];
            if (Name().IsMatch(name) && !Options.Contains(name))
            {
                yield return $"there is no option --{name}";
            }
        }
    }

    static bool IsPlaceholder(string word) => word.Contains('<') || word.Contains('…') || word.Contains('$') || word.StartsWith('[');

    static IEnumerable<string> CommandsOf(string page) =>
        PageCommands.Of(page).Where(command => !Wrong.Any(command.Contains));

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[a-z][a-z-]*$")]
    private static partial Regex Name();
}
