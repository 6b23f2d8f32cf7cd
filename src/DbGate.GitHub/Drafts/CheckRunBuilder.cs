using System.Security.Cryptography;
using System.Text;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.GitHub.Drafts;

/// <summary>Turns a report into what GitHub shows. Pure.</summary>
static class CheckRunBuilder
{
    const string Success = "success";
    const string RestoreTest = "restore-test";
    const string RestoreTestCode = "DBG0123";
    const string Aggregate = "aggregate";
    static readonly string[] Upkeep = ["backup", "prune-backups", RestoreTest];
    static readonly string[] Deploys = ["migrate-deploy", "release", Aggregate];

    /// <param name="report">The run.</param>
    /// <param name="settings">Where it goes.</param>
    /// <param name="run">The workflow run; null outside of Actions.</param>
    /// <param name="checkout">The gated project's checkout.</param>
    /// <param name="isFullTest">False when a restore test restored only definitions, which proves no backup.</param>
    /// <param name="protection">The rule that waits for an answer.</param>
    public static Publication Draft(
        GateReport report, GitHubOptions settings, ActionsRun? run, Checkout checkout, bool isFullTest, ProtectionRule? protection)
    {
        var (page, folder) = (run?.Page, checkout.Folder);
        var sha = Subject(report.Commit, run);
        var isOfPullRequest = run is { PullRequest: not null } && (!run.IsOfBase || sha == run.PullRequestHead);
        return new Publication
        {
            StartedAt = report.StartedAt,
            At = report.FinishedAt,
            ApiUrl = settings.ApiUrl.ToString(),
            Repository = settings.Repository,
            Sha = sha,
            // the job's deployment is of the base, which was not read
            RunSha = run is { IsOfBase: true } && sha != run.Commit ? null : run?.Commit,
            RunId = run?.Id,
            RunUrl = page,
            PullRequest = isOfPullRequest ? run!.PullRequest : null,
            Environment = report.Environment,
            GitHubEnvironment = settings.Environment,
            TargetKey = KeyOf(report.Target ?? (folder.Length == 0 ? null : folder)),
            Folder = folder.Length == 0 ? null : folder,
            CheckName = CheckName(settings.CheckName, report.Environment, folder),
            Conclusion = report.Verdict == Verdict.Pass ? Success : report.ExitCode == ExitCode.Cancelled ? "cancelled" : "failure",
            IsReleased = report.Verdict == Verdict.Pass && report.Steps.Any(step => Deploys.Contains(step.Step.Name)),
            Title = Limits.Fit(MarkdownText.WithoutReferences(Title(report)), Limits.Title),
            Body = MarkdownReport.Render(report) + (page is null ? "" : $"\n[The workflow run]({page})\n"),
            Annotations = [.. report.AllProblems.Select(problem => Annotate(problem, checkout)).OfType<Annotation>()],
            Parts =
            [
                .. settings.Parts.Where(part => part != PublicationParts.Comment
                    || isOfPullRequest
                    || (run is not { IsOfBase: true } && !IsUpkeep(report))),
                .. protection is null ? Array.Empty<string>() : [PublicationParts.Protection],
            ],
            RestoreTest = News(report, isFullTest, page),
            Protection = protection,
        };
    }

    /// <summary>What a schedule does each night is about no pull request, also when its commit came with one.</summary>
    static bool IsUpkeep(GateReport report) => report.Steps.Length > 0 && report.Steps.All(step => Upkeep.Contains(step.Step.Name));

    static string Title(GateReport report)
    {
        if (report.Steps is [{ Step.Name: Aggregate } fleet])
        {
            return $"{Headline.From(report)}, {report.Environment}: {TextSanitizer.Line(fleet.Result.Summary)}";
        }

        var first = report.AllProblems.FirstOrDefault(problem => problem.IsBlocking);
        return report.Verdict == Verdict.Pass
            ? $"{Headline.From(report)}, {report.Environment}: {Count(report.Steps.Length)} in "
                + TextSanitizer.Duration(report.FinishedAt - report.StartedAt)
            : $"{Headline.From(report)}, {report.Environment} (exit "
                + $"{(int)report.ExitCode}){(first is null ? "" : $": {first.Code.Id} {TextSanitizer.Line(first.Message)}")}";
    }

    static string Count(int steps) => steps == 1 ? "1 step" : $"{steps} steps";

    /// <summary>
    /// The commit that was gated. For a pull request GitHub checks out a merge of its own, which no page shows: its head means it.
    /// Under
    /// <c>pull_request_target</c> it checks out the base, and a verdict about the base is not about the head.
    /// </summary>
    static string? Subject(string? checkedOut, ActionsRun? run) =>
        run is { IsOfBase: true } ? checkedOut
        : run?.PullRequestHead is { } head && (checkedOut is null || checkedOut == run.Commit) ? head
        : checkedOut ?? run?.Commit;

    /// <summary>Each environment and each project of a repository has its own: of two with one name only the newer is seen.</summary>
    static string CheckName(string name, string environment, string folder) =>
        Limits.Name($"{name} {environment}{(folder.Length > 0 && name == GitHubSettings.CheckName.Default ? $" {folder}" : "")}");

    /// <summary>The same database has the same key, and where none was asked, the same project; no one reads a host from it.</summary>
    static string KeyOf(string? target) =>
        target is null ? "none" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target)))[..12];

    static Annotation? Annotate(Problem problem, Checkout checkout)
    {
        if (problem.Location is not { } place)
        {
            return null;
        }

        // From the checkout's root, wherever in the workspace that was put. What is outside of it GitHub does not have.
        var path = Path.IsPathRooted(place.File) ? place.File : checkout.Name(place.File);
        var text = string.Join('\n', new[] { problem.Message, problem.Cause, problem.Fix is null ? null : $"fix: {problem.Fix}" }
            .Where(line => !string.IsNullOrEmpty(line)).Select(TextSanitizer.Line));
        return path.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(path)
            ? null
            : new(
                path,
                Math.Max(1, place.Line ?? 1),
                place.Line is null ? null : place.Column,
                problem.Severity switch { Severity.Error => "failure", Severity.Warning => "warning", _ => "notice" },
                Limits.Fit($"{problem.Code.Id} {problem.Code.Title}", Limits.Title),
                Limits.Fit(MarkdownText.WithoutReferences(text), Limits.Annotation));
    }

    static RestoreTestNews? News(GateReport report, bool isFullTest, string? page)
    {
        var database = Database(report.Target) is { } name ? $" database {MarkdownText.WithoutReferences(name)}" : "";
        var title = Limits.Fit($"Restore test overdue: {report.Environment}{database}", Limits.Title);
        var link = page is null ? "" : $"\n\n[The workflow run that says so]({page})";
        if (report.Steps.FirstOrDefault(step => step.Step.Name == RestoreTest && !step.Result.IsBlocking) is { } test && isFullTest)
        {
            return new(false, title, $"A restore test passed: {MarkdownText.Cell(test.Result.Summary)}{link}\n");
        }

        var overdue = report.AllProblems.FirstOrDefault(problem => problem.Code.Id == RestoreTestCode);
        return overdue is null || report.WaiversUsed.Any(waiver => waiver.Check == RestoreTestCode)
            ? null
            : new(true, title,
                $"**{overdue.Code.Id}** {MarkdownText.Cell(overdue.Message)}\n\n"
                + "A backup that was never restored may not be one. Run a restore test; when it passes, this issue is closed:\n\n"
                + $"    {report.Style.Line(FixCommand.Gate("restore-test", ("environment", report.Environment)))}{link}\n");
    }

    static string? Database(string? target) =>
        target is not null && Uri.TryCreate(target, UriKind.Absolute, out var url) && url.AbsolutePath.Trim('/') is { Length: > 0 } name
            ? TextSanitizer.Line(Uri.UnescapeDataString(name))
            : null;
}
