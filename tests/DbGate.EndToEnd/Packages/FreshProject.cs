namespace DbGate.EndToEnd.Packages;

/// <summary>
/// A new project in a temporary folder, far from this repository's own props, which finds DbGate's packages in the local folder.
/// </summary>
sealed class FreshProject : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-fresh-");

    public string Folder => folder.FullName;

    /// <summary>A project with the settings that the local packages need, and nothing else.</summary>
    public static async Task<FreshProject> CreateAsync()
    {
        var project = new FreshProject();
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(machine);

        // DbGate's packages go into a folder of the project's own; the machine's, which is left as it is, has the rest already.
        project.Write("nuget.config", $"""
            <configuration>
              <packageSources><add key="dbgate-test" value="{await PackageFeed.FolderAsync()}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """);

        // No compiler stays behind; in CI the one that built the solution is there anyway.
        project.Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <UseSharedCompilation Condition="'$(CI)' != 'true'">false</UseSharedCompilation>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
            </Project>
            """);
        project.Write(".gitignore", "bin/\nobj/\npackages/\nartifacts/\n");
        return project;
    }

    public string Of(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(file))!);
        File.WriteAllText(Of(file), text);
    }

    /// <summary>Runs <c>dotnet</c> in the project's folder.</summary>
    public Task<ShellResult> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    /// <summary>The same with variables of the test's own.</summary>
    public Task<ShellResult> RunWithAsync(Dictionary<string, string?> variables, params string[] arguments) =>
        DotNetAsync(Folder, arguments, new(variables) { ["NUGET_PACKAGES"] = Of("packages") });

    /// <summary>Runs <c>dotnet</c> with none of what the test's own host has set for itself; no build server stays behind.</summary>
    public static Task<ShellResult> DotNetAsync(string folder, IEnumerable<string> arguments, Dictionary<string, string?>? variables = null)
    {
        var environment = new Dictionary<string, string?>(variables ?? [])
        {
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["DOTNET_NOLOGO"] = "1",
        };
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (name is "MSBuildSDKsPath" or "MSBuildExtensionsPath" or "MSBUILD_EXE_PATH" or "MSBuildLoadMicrosoftTargetsReadOnly")
            {
                environment[name] = null;
            }
        }

        return Shell.RunAsync("dotnet", arguments, folder, environment, deadline: Deadline);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
