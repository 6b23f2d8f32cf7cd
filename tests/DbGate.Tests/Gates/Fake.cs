using DbGate.Checks;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

/// <summary>Steps, checks and problems of the tests' own.</summary>
static class Fake
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    public static Problem Problem(string id = "DBG0104", ExitCode code = ExitCode.Blocked, string? file = null) =>
        new(new ProblemCode(id, "Something", code), $"{id} happened") { Location = file is null ? null : new SourceLocation(file, 1) };

    public static IStep Step(Func<GateContext, CancellationToken, Task<StepResult>> run) => new FakeStep(run);

    public static IStep Step(params Problem[] problems) =>
        Step((_, _) => Task.FromResult(new StepResult { Summary = "done", Problems = [.. problems] }));

    public static ICheck Check(Func<CheckResult> run) => new FakeCheck(run);

    public static GateContext Context(GatedProject project, DateTimeOffset? now = null) =>
        new(project.Read(), GateServices.Real with { Clock = new FakeClock(now ?? Now) });

    public static GatedProject Waiving(string check, string expires = "2026-11-30", string scope = "*") =>
        new GatedProject().With("dbgate.json", $$"""
            { "waivers": [{ "check": "{{check}}", "scope": "{{scope}}", "reason": "known", "who": "ana", "expires": "{{expires}}" }] }
            """);

    sealed class FakeStep(Func<GateContext, CancellationToken, Task<StepResult>> run) : IStep
    {
        public StepDescriptor Descriptor { get; } = new("fake-step", "fake");

        public Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken) => run(context, cancellationToken);
    }

    sealed class FakeCheck(Func<CheckResult> run) : ICheck
    {
        public CheckDescriptor Descriptor { get; } = new("DBG0104", "fake", "Fakes hold", "fake it");

        public Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken) => Task.FromResult(run());
    }
}
