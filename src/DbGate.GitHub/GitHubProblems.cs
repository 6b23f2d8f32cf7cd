using DbGate.Problems;

namespace DbGate.GitHub;

/// <summary>What GitHub refuses, and what speaks against an approval that was given there.</summary>
static class GitHubProblems
{
    static readonly ProblemCode RefusedCode = new("DBG0902", "GitHub refuses a publication", ExitCode.Credentials);
    static readonly ProblemCode UnreadableCode = new("DBG0910", "The approvals on GitHub cannot be read", ExitCode.Environment);
    static readonly ProblemCode BypassedCode = new("DBG0911", "The environment's protection was bypassed", ExitCode.Blocked);
    static readonly ProblemCode UnguardedCode = new("DBG0912", "The environment requires no review", ExitCode.Blocked);
    static readonly ProblemCode SelfReviewCode = new("DBG0913", "The environment lets people approve their own release", ExitCode.Blocked);
    static readonly ProblemCode NoRunCode = new("DBG0914", "There is no workflow run to review", ExitCode.Usage);
    static readonly ProblemCode SettingCode = new("DBG0915", "A setting for GitHub cannot be used", ExitCode.Usage);
    static readonly ProblemCode UnboundCode = new("DBG0917", "A review is not bound to the plan", ExitCode.Blocked);
    static readonly ProblemCode EventCode = new("DBG0916", "The protection rule's event cannot be used", ExitCode.Usage);

    public static Problem Refused(string part, string what, string permission) =>
        new(RefusedCode, $"GitHub refuses the {part}: {what}")
        {
            Severity = Severity.Warning,
            Cause = $"the token needs {permission} in this repository",
            Fix = $"add it under \"permissions:\" of the job; or leave this part out: --github-publish=<the others>",
        };

    public static Problem Unknown() =>
        new(RefusedCode, "a kept verdict was written by another version of DbGate, and cannot be read")
        {
            Severity = Severity.Warning,
            Fix = "nothing: it is forgotten; its run's report is among the artifacts of its workflow run",
        };

    public static GateException Unreadable(string what, string why, string permission, Exception inner) =>
        new(new Problem(UnreadableCode, $"{what} cannot be read: {why}")
        {
            Cause = $"it takes {permission}",
            State = DatabaseState.NotContacted,
            Fix = new(
                "Add the permission under \"permissions:\" of the job and run it again; or approve the plan", FixCommand.Gate("approve")),
        }, inner);

    public static Problem Bypassed(string environment, string how) =>
        new(BypassedCode, $"the protection of environment \"{environment}\" was bypassed: {how}")
        {
            State = DatabaseState.NotContacted,
            Fix = new(
                "Have the run reviewed by a required reviewer, and forbid bypassing in the settings of the environment; or "
                    + "approve the plan", FixCommand.Gate("approve")),
        };

    public static Problem Unguarded(string environment) =>
        new(UnguardedCode, $"environment \"{environment}\" has no required reviewers, and this run was not reviewed")
        {
            Cause = "on private repositories required reviewers need GitHub Enterprise",
            State = DatabaseState.NotContacted,
            Fix = new(
                "Name reviewers in the settings of the environment (docs/guides/github.md), or approve the plan",
                FixCommand.Gate("approve")),
        };

    public static Problem Unbound(string person, string reason, string digest) =>
        new(UnboundCode, $"the review by {person} does not count for this plan: {reason}")
        {
            Severity = Severity.Warning,
            Cause = "a review approves a run; GitHub stores neither the plan nor the time",
            Fix = new(
                $"Select \"Re-run failed jobs\", and write {digest} into the comment of the review; or approve the plan",
                FixCommand.Gate("approve")),
        };

    public static Problem SelfReview(string environment) =>
        new(SelfReviewCode, $"environment \"{environment}\" does not prevent self-review")
        {
            Severity = Severity.Warning,
            Cause = "who asked for the plan is refused here all the same, unless authorMayApprove is set",
            Fix = "turn on \"Prevent self-review\" in the environment's settings",
        };

    public static GateException NoRun() =>
        new(new Problem(NoRunCode, "github-approvals reads the reviews of the workflow run that it is part of, and this is none")
        {
            Cause = "GITHUB_ACTIONS, GITHUB_RUN_ID and a token are not set",
            State = DatabaseState.NotContacted,
            Fix = new(
                "Run it in a job of the workflow, with GITHUB_TOKEN in its environment; elsewhere approve the plan",
                FixCommand.Gate("approve")),
        });

    public static GateException Setting(string what, string fix) =>
        new(new Problem(SettingCode, what) { State = DatabaseState.NotContacted, Fix = fix });

    public static GateException Event(string what) =>
        new(new Problem(EventCode, what)
        {
            State = DatabaseState.NotContacted,
            Fix = "give the body of GitHub's deployment_protection_rule webhook, unchanged, as a file: --github-protection-event=<file>",
        });
}
