using DbGate.Testing.Http;

namespace DbGate.EndToEnd;

/// <summary>
/// A project as a newcomer has it: a git checkout with migrations, a production database that is one migration behind, and a login
/// shell with <c>dbgate</c>. Nothing of DbGate is set up.
/// </summary>
sealed class NewcomerProject : IAsyncDisposable
{
    /// <summary>EF Core builds the project several times in one release.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("dbgate-newcomer-");
    readonly HttpDouble application = Shop.Application(200, """{"status":"ready","checks":{}}""");
    readonly Dictionary<string, string?> variables;
    readonly string url;

    NewcomerProject(TestDatabase database, string url, IReadOnlyDictionary<string, string?> more, string? clients)
    {
        (Database, this.url) = (database, url);
        var bin = Path.Combine(root.FullName, "bin");
        Directory.CreateDirectory(bin);
        Directory.CreateDirectory(Folder);
        Script.Write(Path.Combine(bin, "dbgate"), $"#!/bin/sh\nexec dotnet '{ToolProject.Tool}' \"$@\"\n");
        variables = new(more)
        {
            ["PATH"] = string.Join(
                Path.PathSeparator, new[] { bin, clients, Environment.GetEnvironmentVariable("PATH") }.OfType<string>()),
            ["TERM"] = "dumb",
            ["CI"] = null,
            ["GITHUB_ACTIONS"] = null,
            ["DATABASE_URL"] = null,
        };
    }

    public TestDatabase Database { get; }

    public string Folder => Path.Combine(root.FullName, "shop");

    /// <summary>What a person types at the questions of <c>dbgate setup</c>: URL, connection limit, retention, /ready.</summary>
    public string[] SetupAnswers => [url, "20", "30", application.Url.ToString()];

    /// <summary>The wallet sample, deployed by the real Prisma from npm.</summary>
    public static async Task<NewcomerProject> OfPrismaAsync()
    {
        var production = await ReleaseServer.SharedAsync();
        var database = await TestDatabase.CreateAsync(production.Server.Url, production.Today);
        var modules = await Prisma.FolderAsync();

        // The engine of the tests verifies a certificate that Prisma's own does not ask for.
        var project = new NewcomerProject(
            database,
            database.Url.WithParameter("sslmode", "require").Reveal(),
            new Dictionary<string, string?>(await Prisma.EnvironmentAsync())
            {
                ["NODE_TLS_REJECT_UNAUTHORIZED"] = "0", ["NODE_NO_WARNINGS"] = "1",
            },
            await ClientsAsync());
        using (var wallet = Wallet.Copy())
        {
            wallet.UpgradeToNext();
            (await Shell.RunAsync("cp", ["-R", $"{wallet.Folder}/.", project.Folder])).Succeeded();
        }

        Directory.CreateSymbolicLink(Path.Combine(project.Folder, "node_modules"), Path.Combine(modules, "node_modules"));
        project.Write(".gitignore", "node_modules\n");
        await project.CommitAsync();
        return project;
    }

    /// <summary>A small web application with two migrations that <c>dotnet ef</c> runs; the packages come from NuGet.</summary>
    public static async Task<NewcomerProject> OfEfCoreAsync()
    {
        var production = await ReleaseServer.SharedAsync();
        var database = await TestDatabase.CreateAsync(production.Server.Url);
        var url = database.Url;
        var project = new NewcomerProject(
            database,
            $"Host={url.Host};Port={url.Port};Database={url.Database};Username={url.User};Password={url.Password};SSL Mode=Require",
            new Dictionary<string, string?>(),
            await ClientsAsync());
        foreach (var (name, text) in EfCoreShop.Files)
        {
            project.Write(name, text);
        }

        (await project.TypeAsync("dotnet new tool-manifest && dotnet tool install dotnet-ef --version 10.0.15 && dotnet restore Shop"))
            .Succeeded();
        await project.CommitAsync();
        return project;
    }

    /// <summary>As typed into a shell in the project's folder; a pipeline and quotes are the shell's.</summary>
    public Task<ShellResult> TypeAsync(string command, string? input = null) =>
        Shell.RunAsync("sh", ["-c", command], Folder, variables, input, deadline: Deadline);

    /// <summary>The same on a terminal, where the answers are typed ahead.</summary>
    public async Task<ShellResult> TypeOnTerminalAsync(string command, params string[] answers)
    {
        using var terminal = Shell.Start("script", ["-qec", command, "/dev/null"], Folder, variables);
        using var limit = new CancellationTokenSource(Deadline);
        try
        {
            foreach (var answer in answers)
            {
                await terminal.StandardInput.WriteAsync($"{answer}\n".AsMemory(), limit.Token);
            }

            // script ends the terminal with its own input, so that stays open until the command has ended.
            await terminal.StandardInput.FlushAsync(limit.Token);
            var output = await terminal.StandardOutput.ReadToEndAsync(limit.Token);
            await terminal.WaitForExitAsync(limit.Token);
            return new(terminal.ExitCode, output.ReplaceLineEndings("\n"), "");
        }
        finally
        {
            if (!terminal.HasExited)
            {
                terminal.Kill(entireProcessTree: true);
            }
        }
    }

    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>What git does not ignore is committed, as the README states.</summary>
    public async Task CommitAsync() =>
        (await Shell.RunAsync(
            "sh",
            ["-c", "git init -q && git add -A && git -c user.name=Ana -c user.email=ana@example.com commit -q -m change --allow-empty"],
            Folder)).Succeeded();

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        await Database.DisposeAsync();
        root.Delete(recursive: true);
    }

    static async Task<string?> ClientsAsync() => (await TestServer.SharedAsync()).Local?.Binaries.Folder;
}
