using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>The modules of Maven and Gradle. A project is the build file of a module.</summary>
sealed partial class JvmProjects(Repository repository) : IProgramProjects
{
    static readonly string[] BuildFiles = ["pom.xml", "build.gradle", "build.gradle.kts"];

    List<string>? all;

    /// <summary>The modules that have sources.</summary>
    public IReadOnlyList<string> All => all ??= [.. BuildFiles.SelectMany(repository.Named).Where(HasSources)
        .Order(StringComparer.Ordinal)];

    public string? Find(string name, string folder)
    {
        if (RepositoryPath.Resolve(folder, name) is { } path
            && (All.Contains(path) ? path : BuildFiles.Select(file => path.Length == 0 ? file : $"{path}/{file}")
            .FirstOrDefault(All.Contains)) is { } found)
        {
            return found;
        }

        // A jar is named after its module, with a version; in an image it is often just app.jar.
        var jar = RepositoryPath.Name(name);
        var named = All.Where(project => NameOf(project) is { Length: > 2 } own && jar.StartsWith(own, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(project => NameOf(project).Length).FirstOrDefault();
        var programs = named is null ? All.Where(IsProgram).ToList() : [];
        return named ?? (programs.Count == 1 ? programs[0] : null);
    }

    /// <summary>True for a module that is run and not only used.</summary>
    public bool IsProgram(string project) => repository.Read(project).Text is { } text
        && (Frameworks().IsMatch(text) || MainClass().IsMatch(text));

    public IReadOnlyList<string> Sources(string project) => sources.TryGetValue(project, out var known) ? known
        : sources[project] = SourcesOf(project);

    readonly Dictionary<string, IReadOnlyList<string>> sources = new(StringComparer.Ordinal);

    IReadOnlyList<string> SourcesOf(string project)
    {
        var folder = RepositoryPath.Folder(project);
        return [.. SourceFolders(folder).SelectMany(repository.Under).Where(IsSource)
            .OrderBy(file => !RepositoryPath.Name(file).Contains("Application", StringComparison.Ordinal))
            .ThenBy(file => file, StringComparer.Ordinal)];
    }

    public IEnumerable<ProjectReference> References(string project)
    {
        var text = repository.Read(project).Text ?? "";
        var isMaven = project.EndsWith(".xml", StringComparison.Ordinal);
        foreach (Match match in (isMaven ? Artifact() : Module()).Matches(text))
        {
            var name = match.Groups[1].Value;
            var other = isMaven ? All.FirstOrDefault(module => module.EndsWith(".xml", StringComparison.Ordinal) && module != project
                && NameOf(module) == name)
                : BuildFiles.Select(file => $"{name.Trim(':').Replace(':', '/')}/{file}").FirstOrDefault(All.Contains);
            if (other is not null && other != project)
            {
                yield return new ProjectReference(other, project, text.AsSpan(0, match.Index).Count('\n') + 1);
            }
        }
    }

    public string FileOf(string project) => project;

    /// <summary>The dependency with which Spring Boot applies migrations by itself; null where there is none, or a setting turns it
    /// off.</summary>
    /// <returns>The tool, and where the dependency is in the build file.</returns>
    public (string Tool, int Offset)? StartupMigration(string project)
    {
        var text = repository.Read(project).Text ?? "";
        if (!text.Contains("spring", StringComparison.OrdinalIgnoreCase) || MigrationLibrary().Match(text) is not { Success: true } library)
        {
            return null;
        }

        var tool = library.Value.Contains("flyway", StringComparison.OrdinalIgnoreCase) ? "flyway" : "liquibase";
        var folder = RepositoryPath.Folder(project);
        var resources = folder.Length == 0 ? "src/main/resources" : $"{folder}/src/main/resources";
        var isOff = repository.Under(resources).Where(file => RepositoryPath.Name(file) is "application.properties" or "application.yml"
            or "application.yaml")
            .Any(file => Regex.IsMatch(repository.Read(file).Text ?? "",
                $@"\b{tool}\.enabled\s*[=:]\s*false|^\s*{tool}:\s*\r?\n(?:\s+\S.*\r?\n)*?\s+enabled:\s*false", RegexOptions.Multiline));
        return isOff ? null : (tool, library.Index);
    }

    /// <summary>The name of what a module is built into.</summary>
    string NameOf(string project)
    {
        var folder = RepositoryPath.Folder(project);
        var text = repository.Read(project).Text ?? "";
        return project.EndsWith(".xml", StringComparison.Ordinal) ? OwnArtifact().Match(Parent().Replace(text, "")).Groups[1].Value.Trim()
            : RepositoryPath.Name(folder);
    }

    bool HasSources(string project) => SourceFolders(RepositoryPath.Folder(project)).Any(repository.ContainsFolder);

    static IEnumerable<string> SourceFolders(string folder) =>
        ((string[])["src/main/java", "src/main/kotlin", "src/main/scala"]).Select(name => folder.Length == 0 ? name : $"{folder}/{name}");

    static bool IsSource(string file) => file.EndsWith(".java", StringComparison.Ordinal)
        || file.EndsWith(".kt", StringComparison.Ordinal) || file.EndsWith(".scala", StringComparison.Ordinal);

    [GeneratedRegex(@"org\.springframework\.boot|spring-boot-maven-plugin|quarkus|micronaut|io\.ktor|dropwizard|helidon",
        RegexOptions.IgnoreCase)]
    private static partial Regex Frameworks();

    [GeneratedRegex(@"(?<![\w-])(?:spring-boot-starter-(?:flyway|liquibase)|flyway-(?:core|database-\w+)|liquibase-core)\b")]
    private static partial Regex MigrationLibrary();

    [GeneratedRegex(@"mainClass|Main-Class|<mainClass>|id\s*\(?['""]application['""]")]
    private static partial Regex MainClass();

    [GeneratedRegex(@"<dependency>[\s\S]{0,400}?<artifactId>\s*([^<\s]+)")]
    private static partial Regex Artifact();

    [GeneratedRegex(@"\bproject\s*\(\s*(?:path\s*[:=]\s*)?['""](:[\w:.-]+)['""]")]
    private static partial Regex Module();

    [GeneratedRegex(@"<parent>[\s\S]*?</parent>")]
    private static partial Regex Parent();

    [GeneratedRegex(@"<artifactId>([^<]+)</artifactId>")]
    private static partial Regex OwnArtifact();
}
