namespace DbGate.Build.Archives;

/// <summary>What of the libraries' packages was not made, for the last lines of a run.</summary>
static class PackedLibraries
{
    /// <summary>The projects of src/ that become a package of a library. The tool's packages are made with its archives.</summary>
    public static IReadOnlyList<string> Projects =>
    [
        .. Directory.EnumerateFiles(Paths.Root.Combine("src").FullPath, "*.csproj", SearchOption.AllDirectories)
            .Where(file => !File.ReadAllText(file).Contains("<PackAsTool>", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>One line for each project without a package.</summary>
    /// <param name="projects">The names of the projects.</param>
    /// <param name="packages">The names of the files that were made.</param>
    /// <param name="hasFrosting">Whether the feed has the package Cake.Frosting.</param>
    public static IReadOnlyList<string> LeftOut(IEnumerable<string> projects, IReadOnlyCollection<string> packages, bool hasFrosting) =>
    [
        .. projects.Where(project => !packages.Any(package => IsOf(project, package)))
            .Select(project => $"left out   {project}: {(hasFrosting ? "dotnet pack made no package of it" : WithoutFrosting)}"),
    ];

    const string WithoutFrosting =
        "the feed has no Cake.Frosting, and a package built over its stand-in (build/frosting) cannot name it as a dependency";

    /// <summary>DbGate.1.0.0.nupkg is of DbGate; DbGate.GitHub.1.0.0.nupkg is not.</summary>
    static bool IsOf(string project, string package) => package.Length > project.Length + 1
        && package.StartsWith($"{project}.", StringComparison.Ordinal) && char.IsAsciiDigit(package[project.Length + 1]);
}
