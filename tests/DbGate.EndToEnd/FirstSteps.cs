using System.Text.Json;
using System.Text.RegularExpressions;

namespace DbGate.EndToEnd;

/// <summary>
/// The README's five steps, read from its own table, typed into a shell by a person who has a project and nothing of DbGate; then the
/// commands of the README and of docs/guides, in the project that came out of it.
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
public sealed partial class FirstSteps
{
    NewcomerProject project = null!;
    string audit = "";
    int pending;

    [OneTimeSetUp]
    public async Task WalkAsync()
    {
        project = await NewcomerProject.OfPrismaAsync();
        pending = await CountAsync(project);
        await WalkAsync(project, column: 2);
        audit = (await project.TypeAsync("dbgate audit --environment=production")).Succeeded().Output; // it shows the newest records
    }

    [OneTimeTearDown]
    public async Task RemoveAsync() => await project.DisposeAsync();

    [Test]
    public async Task Of_a_Prisma_project_end_with_an_approved_release()
    {
        Assert.That(await CountAsync(project), Is.EqualTo(pending + 1));
        Assert.That(audit, Does.Contain("production approve passed").And.Contain("production migrate-deploy passed"));
    }

    [Test]
    [Category("Nightly")]
    public async Task Of_an_EF_Core_project_end_with_an_approved_release()
    {
        await using var shop = await NewcomerProject.OfEfCoreAsync();
        await WalkAsync(shop, column: 3);

        Assert.That(
            await shop.Database.ScalarAsync<long>("SELECT count(*) FROM \"__EFMigrationsHistory\""), Is.EqualTo(EfCoreShop.Migrations));
    }

    /// <summary>The contract of <c>/admin/database/stats</c>, for programs that read nothing else.</summary>
    [Test]
    public async Task Leave_a_project_whose_statistics_are_one_document()
    {
        var run = (await project.TypeAsync("dbgate stats --environment=production --json")).Succeeded();
        using var document = JsonDocument.Parse(run.Output);

        Assert.That(
            document.RootElement.EnumerateObject().Select(member => member.Name),
            Is.EqualTo(new[] { "sizeBytes", "sizeMB", "tableCount", "tables" }));
        Assert.That(
            document.RootElement.GetProperty("tables").EnumerateArray().SelectMany(table => table.EnumerateObject())
                .Select(member => member.Name).Distinct(),
            Is.EqualTo(new[] { "name", "rowCount" }));
    }

    static IEnumerable<TestCaseData> Quick => DocumentedRuns.InCi.Select(run => new TestCaseData(run).SetArgDisplayNames(run.Command));

    static IEnumerable<TestCaseData> Slow => DocumentedRuns.Nightly.Select(run => new TestCaseData(run).SetArgDisplayNames(run.Command));

    [TestCaseSource(nameof(Quick))]
    public Task Leave_a_project_in_which_the_documented_commands_run(object run) => RunAsync((DocumentedRun)run);

    [TestCaseSource(nameof(Slow))]
    [Category("Nightly")]
    public Task Leave_a_project_in_which_the_commands_of_the_guides_run(object run) => RunAsync((DocumentedRun)run);

    async Task RunAsync(DocumentedRun documented)
    {
        var typed = await documented.FillAsync(project);
        var run = documented.Answers is { } answers
            ? await project.TypeOnTerminalAsync(typed, answers)
            : await project.TypeAsync(typed, documented.Input);

        Assert.That(documented.ExitCodes, Does.Contain(run.ExitCode), $"{typed}\n{run.Everything}");
        Assert.That(run.Everything, Does.Contain(documented.Shows), typed);
        Assert.That(run.Everything, Does.Not.Contain("DBG0001").And.Not.Contain("DBG0070").And.Not.Contain("syntax error"), typed);
    }

    /// <summary>Types what the column of the README's table has, row by row.</summary>
    static async Task WalkAsync(NewcomerProject shop, int column)
    {
        var printed = "";
        foreach (var row in Rows())
        {
            var cell = row[column].Trim() == "the same" || row[column].StartsWith(" the same;", StringComparison.Ordinal)
                ? row[2]
                : row[column];
            if (cell.TrimStart().StartsWith("commit what", StringComparison.Ordinal))
            {
                await shop.CommitAsync();
            }

            foreach (Match command in Command().Matches(cell))
            {
                printed = await TypeAsync(shop, command.Groups["command"].Value, printed);
            }
        }
    }

    static async Task<string> TypeAsync(NewcomerProject shop, string command, string printed)
    {
        if (command.EndsWith('…'))
        {
            command = Printed(printed, command.TrimEnd('…', ' ')).Replace("<name>", "ben", StringComparison.Ordinal);
        }

        var run = command == "dbgate setup" ? await shop.TypeOnTerminalAsync(command, shop.SetupAnswers) : await shop.TypeAsync(command);
        var isFirstRelease = command == "dbgate release --environment=production";
        Assert.That(run.ExitCode, Is.EqualTo(isFirstRelease ? 10 : 0), $"{command}\n{run.Everything}");
        Assert.That(run.Everything, isFirstRelease ? Does.Contain("Ready for approval") : Does.Not.Contain("Blocked"), command);
        return isFirstRelease ? run.Output : printed;
    }

    /// <summary>The line that a run printed for this task.</summary>
    static string Printed(string output, string task) =>
        output.Split('\n').Select(line => line.Trim()).First(line => line.StartsWith($"{task} ", StringComparison.Ordinal));

    static IReadOnlyList<string[]> Rows()
    {
        string[][] rows =
        [
            .. File.ReadAllLines(Path.Combine(Repository.Root, "README.md"))
                .Where(line => Step().IsMatch(line))
                .Select(line => line.Split('|'))
                .Where(cells => cells.Length == 5),
        ];
        Assert.That(rows, Has.Length.EqualTo(5), "the README has five steps");
        return rows;
    }

    static Task<int> CountAsync(NewcomerProject project) =>
        project.Database.ScalarAsync<int>("SELECT count(*)::int FROM _prisma_migrations WHERE finished_at IS NOT NULL");

    [GeneratedRegex(@"^\| [1-5] \|")]
    private static partial Regex Step();

    [GeneratedRegex("`(?<command>dbgate [^`]+)`")]
    private static partial Regex Command();
}
