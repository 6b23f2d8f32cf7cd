using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>
/// An application that migrates when it starts: the sample shop with the script of docs/guides/rehearsal.md as the deploy command.
/// </summary>
[Category("Postgres")]
[Category("Nightly")]
[Platform("Linux")]
public sealed class MigrationsAtStart
{
    const string Command = "./scripts/migrate-at-start.sh";

    [Test]
    public async Task Are_rehearsed_planned_and_deployed_by_starting_the_application()
    {
        using var shop = new GatedProject();
        await using var database = await TestDatabase.CreateAsync();
        await CopyAsync("shop", shop);
        shop.With("dbgate.json", """{ "approvals": { "staging": { "required": 0, "dataLoss": 0 } } }""")
            .With(".git/HEAD", new string('a', 40) + "\n").With("scripts/migrate-at-start.sh", Script());
        (await Shell.RunAsync("chmod", ["+x", shop.Of("scripts/migrate-at-start.sh")])).Succeeded();
        await PublishAsync(shop);
        (await ToolRelease.RunAsync(shop, Command, database, "development", new MigrateDeployStep())).Passed();

        await CopyAsync("shop-next", shop);
        await PublishAsync(shop);
        var release = await ToolRelease.RunAsync(shop, Command, database, "staging", ToolRelease.Chain);

        release.Passed();
        Assert.That(
            release[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.StartsWith($"command: {Command} (").And.Some.StartsWith("object: column ").And.Some.StartsWith("drift: none"));
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("3/3 migrations applied"));
    }

    /// <summary>The application ends because its migration fails, and so does the script.</summary>
    [Test]
    public async Task That_fail_block_at_their_statement()
    {
        using var shop = new GatedProject();
        await using var database = await TestDatabase.CreateAsync();
        await CopyAsync("shop", shop);
        shop.With("dbgate.json", """{ "approvals": { "staging": { "required": 0 } } }""")
            .With(".git/HEAD", new string('a', 40) + "\n").With("scripts/migrate-at-start.sh", Script());
        (await Shell.RunAsync("chmod", ["+x", shop.Of("scripts/migrate-at-start.sh")])).Succeeded();
        await PublishAsync(shop);
        await database.ExecuteAsync("""CREATE TABLE "Products" (id int)""");
        var release = await ToolRelease.RunAsync(shop, Command, database, "staging", new BackupFirstStep(), new RehearseStep());

        release[^1].Expect("DBG0560", ExitCode.Blocked);
    }

    /// <summary>The script as the guide has it, on a port that is free here.</summary>
    static string Script()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs/guides/rehearsal.md"));
        var script = lines.SkipWhile(line => line != "    #!/bin/sh")
            .TakeWhile(line => line.Length == 0 || line.StartsWith("    ", StringComparison.Ordinal));
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        return string.Join('\n', script.Select(line => line.Length > 4 ? line[4..] : ""))
            .Replace("5099", port, StringComparison.Ordinal) + "\n";
    }

    static async Task CopyAsync(string sample, GatedProject shop) =>
        (await Shell.RunAsync("cp", ["-r", $"{Path.Combine(Repository.Root, "tests/samples", sample)}/.", shop.Root])).Succeeded();

    static async Task PublishAsync(GatedProject shop) => (await Shell.RunAsync(
        "dotnet", ["publish", "Shop.Web/Shop.Web.csproj", "-c", "Release", "-o", "out", "-v", "quiet", "-nologo", "-tl:off", "-nr:false"],
        shop.Root, deadline: TimeSpan.FromMinutes(10))).Succeeded();
}
