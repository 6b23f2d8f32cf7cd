using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Formats;

/// <summary>
/// Programs that a repository is compiled into. Each counts by itself where nothing in the repository runs it: a platform, or an image that
/// the SDK makes,
/// does. Programs of tests, samples and benchmarks do not count.
/// </summary>
static class ConventionalPrograms
{
    const string Reason = "it is a program, and nothing in the repository says how it is run";

    public static bool IsProject(string name) =>
        name is "Cargo.toml" or "go.mod" or "mix.exs" or "pom.xml" or "build.gradle" or "build.gradle.kts"
            || name.EndsWith(".csproj", StringComparison.Ordinal) || name.EndsWith(".fsproj", StringComparison.Ordinal);

    public static IEnumerable<Entrypoint> In(Repository repository, PathClassifier judgements)
    {
        var projects = repository.Relevant.Where(file => IsProject(RepositoryPath.Name(file))).ToList();
        if (projects.Count == 0)
        {
            yield break;
        }

        var (cargo, jvm) = (new CargoProjects(repository), new JvmProjects(repository));
        foreach (var project in projects)
        {
            foreach (var (file, action) in Programs(repository, cargo, jvm, project))
            {
                var context = judgements.OfFile(file, new ContextJudgement(PathClass.Unknown, Reason));
                if (context.Class is not (PathClass.Development or PathClass.Ignored))
                {
                    yield return new Entrypoint(new Frame(SourceText.OnLine(file, "", 1), "program"), context,
                        new Scope("")) { Action = action, IsConventional = true };
                }
            }
        }
    }

    static IEnumerable<(string File, RunsProject Action)> Programs(Repository repository, CargoProjects cargo, JvmProjects jvm,
        string project)
    {
        var name = RepositoryPath.Name(project);
        switch (name)
        {
            case "Cargo.toml":
                return cargo.Programs(project).DistinctBy(program => program.File)
                    .Select(program => (program.File, Runs(program.File, Language.Rust)));
            case "go.mod":
                return GoPrograms(repository, RepositoryPath.Folder(project)).Select(file => (file, Runs(file, Language.Go)));
            case "mix.exs":
                return [(project, Runs(project, Language.Elixir))];
            case "pom.xml" or "build.gradle" or "build.gradle.kts":
                return jvm.All.Contains(project) && jvm.IsProgram(project) ? [(project, Runs(project, Language.Java))] : [];
            default:
                return IsDotnetProgram(repository.Read(project).Text ?? "") ? [(project, Runs(project, Language.CSharp))] : [];
        }
    }

    static RunsProject Runs(string name, Language language) => new(new Argument(name), language, [], CommandContext.Same);

    static bool IsDotnetProgram(string text) =>
        (text.Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal)
            || text.Contains("Microsoft.NET.Sdk.Worker", StringComparison.Ordinal)
            || text.Contains("<OutputType>Exe</OutputType>", StringComparison.OrdinalIgnoreCase))
        // The host of .NET Aspire starts the application on a developer's machine.
        && !text.Contains("Aspire.AppHost.Sdk", StringComparison.Ordinal)
        && !text.Contains("<IsAspireHost>true", StringComparison.OrdinalIgnoreCase)
        && !text.Contains("Microsoft.NET.Test.Sdk", StringComparison.Ordinal)
            && !text.Contains("<IsTestProject>true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The main files of a module: at its root and below <c>cmd</c>.</summary>
    static IEnumerable<string> GoPrograms(Repository repository, string folder)
    {
        var commands = folder.Length == 0 ? "cmd" : $"{folder}/cmd";
        var own = GoModules.Files(repository, folder).FirstOrDefault(file =>
            repository.Read(file).Text?.Contains("\nfunc main()", StringComparison.Ordinal) == true);
        return ((IEnumerable<string>)(own is null ? [] : [own]))
            .Concat(repository.Named("main.go").Where(file => file.StartsWith(commands + "/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }
}
