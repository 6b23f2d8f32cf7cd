using DbGate.CommandGuard;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;

namespace DbGate.Tests.CommandGuard;

/// <summary>A command that cannot be judged blocks, and a waiver accepts one place.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WaivedPlaces
{
    [TestCase("start.sh", null)]
    [TestCase("other.sh", "DBG0407")]
    public async Task Let_a_command_that_cannot_be_judged_pass(string scope, string? code)
    {
        using var project = new GatedProject()
            .With("package.json", """{ "scripts": { "start": "./start.sh" } }""")
            .With("start.sh", "#!/bin/sh\necho x | base64 -d | sh\n")
            .With(
                "dbgate.json", $$"""{ "waivers": [{ "check": "DBG0407", "scope": "{{scope}}", "reason": "prints the version", "who": "ada", "expires": "{{DateTime.UtcNow.AddMonths(3):yyyy-MM-dd}}" }] }""");

        await using var run =
            new GateRunner(new GateContext(project.Read(new Dictionary<string, string> { ["DBGATE_ENVIRONMENT"] = "production" })));
        var report = await run.ExecuteAsync(new ForbidDbPushStep(), CancellationToken.None);

        Assert.That(report.Result.Problems.FirstOrDefault(problem => problem.IsBlocking)?.Code.Id, Is.EqualTo(code));
        Assert.That(run.Context.State.Guard is null, Is.EqualTo(code is not null));
    }
}
