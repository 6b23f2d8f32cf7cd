using DbGate.Checks;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Checks;

/// <summary>A secret of production in a file that git has, or would take.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SecretFilesInCheckouts
{
    [TestCase("", false, "DBG0075", Severity.Warning)]
    [TestCase(".env*\n", false, null, null)]
    [TestCase("", true, "DBG0074", Severity.Error)]
    [TestCase(".env*\n", true, "DBG0074", Severity.Error)]
    public async Task Are_found(string ignored, bool isTracked, string? code, Severity? severity)
    {
        using var project = await ProjectAsync(ignored, isTracked);

        var problems = await JudgeAsync(project, "production");

        Assert.That(
            problems.Select(problem => (problem.Code.Id, (Severity?)problem.Severity)),
            Is.EqualTo(code is null ? [] : new[] { (code, severity) }));
    }

    [Test]
    public async Task Of_other_environments_are_not_judged()
    {
        using var project = await ProjectAsync("", isTracked: true);
        Assert.That(await JudgeAsync(project, "staging"), Is.Empty);
    }

    static async Task<GatedProject> ProjectAsync(string ignored, bool isTracked)
    {
        var project = new GatedProject().With(".env.production", "DATABASE_URL_PROD=postgresql://u:p@h/d\n").With(".gitignore", ignored);
        (await Shell.RunAsync("git", ["init", "--quiet"], project.Root)).Succeeded();
        if (isTracked)
        {
            (await Shell.RunAsync("git", ["add", "--force", ".env.production"], project.Root)).Succeeded();
        }

        return project;
    }

    static async Task<IReadOnlyList<Problem>> JudgeAsync(GatedProject project, string environment)
    {
        await using var context = new GateContext(project.Read(options: new() { ["environment"] = environment }));
        return await SecretFiles.JudgeAsync(context, CancellationToken.None);
    }
}
