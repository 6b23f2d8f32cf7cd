using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace DbGate.Build.Tests.Workflows;

/// <summary>What GitHub's hardening guide asks, over every workflow, the action, and the examples that people copy.</summary>
[TestFixtureSource(nameof(Files))]
public sealed partial class Rules(string file)
{
    /// <summary>
    /// A token that reads DbGate's own repository, where that is private, in the step that checks it out. Forks do not get it.
    /// </summary>
    const string OfDbGate = "token: ${{ secrets.DBGATE_REPOSITORY_TOKEN || github.token }}";

    const int LongestGroup = 400;
    const int LongestFolder = 255;

    readonly string text = Yaml.Read(file);
    readonly YamlNode root = Yaml.Load(file);

    static IEnumerable<string> Files =>
        Yaml.Files(".github/workflows").Concat(Yaml.Files(".github/actions")).Concat(Yaml.Files("docs/github"));

    IEnumerable<(string Name, YamlNode Value)> Jobs => root.Find("jobs").Members();

    bool IsWorkflow => root.Find("jobs") is not null;

    [Test]
    public void Foreign_actions_are_pinned_to_a_commit_and_their_version_is_named() => Assert.That(
        Uses()
            .Matches(text)
            .Select(use => use.Groups["action"].Value.TrimEnd())
            .Where(use => !use.StartsWith("./", StringComparison.Ordinal)),
        Has.All.Matches<string>(use => Pinned().IsMatch(use)));

    [Test]
    public void No_credentials_are_left_in_a_checkout() => Assert.That(
        Yaml.Steps(root)
            .Where(step => step.Find("uses").Text()?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true)
            .Select(step => step.Find("with").Find("persist-credentials").Text()),
        Has.All.EqualTo("false"));

    [Test]
    public void Permissions_are_granted_job_by_job()
    {
        Assert.That(
            !IsWorkflow || root.Find("permissions") is YamlMappingNode { Children.Count: 0 },
            "the workflow itself grants some, or says nothing");
        Assert.That(Jobs.Where(job => job.Value.Find("permissions") is not YamlMappingNode).Select(job => job.Name), Is.Empty);
        Assert.That(
            Jobs.SelectMany(job => job.Value.Find("permissions").Members()).Select(permission => permission.Value.Text()),
            Has.All.AnyOf("read", "write"));
    }

    [Test]
    public void No_expression_stands_in_a_script() => Assert.That(
        Yaml.Steps(root).Select(step => step.Find("run").Text() ?? "").Where(script => script.Contains("${{", StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void No_secret_is_in_the_reach_of_a_fork()
    {
        var triggers =
            root.Find("on") is YamlScalarNode one
                ? [one.Value!]
                : root.Find("on")
                    .Items()
                    .Select(item => item.Text()!)
                    .Concat(root.Find("on").Members().Select(trigger => trigger.Name))
                    .ToArray();
        Assert.That(triggers, Has.None.AnyOf("pull_request_target", "workflow_run", "issue_comment"));
        Assert.That(
            !triggers.Contains("pull_request") || !Secrets().IsMatch(text.Replace(OfDbGate, "", StringComparison.Ordinal)),
            "a pull request reaches a secret");
    }

    /// <summary>An environment's secrets and a step's go to the steps that need them, not to every action of the job.</summary>
    [Test]
    public void Secrets_are_given_to_steps_only() =>
        Assert.That(
            Jobs.Select(job => job.Value.Find("env"))
                .Append(root.Find("env"))
                .SelectMany(env => env.Members())
                .Where(variable => Secrets().IsMatch(variable.Value.Text() ?? ""))
                .Select(variable => variable.Name),
            Is.Empty);

    [Test]
    public void Jobs_have_a_deadline() =>
        Assert.That(
            Jobs.Where(job => job.Value.Find("uses") is null && job.Value.Find("timeout-minutes") is null).Select(job => job.Name),
            Is.Empty);

    [Test]
    public void A_deploy_is_never_cancelled_by_the_next() => Assert.That(
        Jobs.Where(job => job.Value.Find("environment") is not null)
            .Select(job => job.Value.Find("concurrency"))
            .Where(concurrency => concurrency is not null && concurrency.Find("cancel-in-progress").Text() != "false"),
        Is.Empty);

    /// <summary>GitHub refuses a longer name, and the job with it.</summary>
    [Test]
    public void Names_of_groups_stay_under_the_limit()
    {
        var groups =
            Jobs.Select(job => job.Value).Append(root).Select(node => node.Find("concurrency").Find("group").Text()).OfType<string>();
        Assert.That(
            groups.Select(group => Expression().Replace(group, match => new string('x', Longest(match.Value))).Length),
            Has.All.LessThanOrEqualTo(LongestGroup));
    }

    /// <summary>One name in two environments, or in two projects, would be one group, one artifact, one check.</summary>
    [Test]
    public void Names_carry_the_environment_and_the_folder()
    {
        var inputs = root.Find("on").Find("workflow_call").Find("inputs");
        if (inputs.Find("environment") is null)
        {
            return;
        }

        var groups =
            Jobs.Select(job => job.Value).Append(root).Select(node => node.Find("concurrency").Find("group").Text()).OfType<string>();
        var reports = Yaml.Steps(root).Select(step => step.Find("with").Find("report-artifact").Text()).OfType<string>();
        Assert.That(
            groups.Concat(reports), Is.Not.Empty.And.All.Contains("inputs.environment").And.All.Contains("inputs.working-directory"));
    }

    static int Longest(string expression) =>
        expression.Contains("working-directory", StringComparison.Ordinal) ? LongestFolder
        : expression.Contains("inputs.environment", StringComparison.Ordinal) ? "development".Length
        : expression.Contains("matrix.", StringComparison.Ordinal) ? LongestGroup + 1 // as long as its list
        : expression.Contains("github.workflow", StringComparison.Ordinal) || expression.Contains("github.ref", StringComparison.Ordinal)
            ? 80
        : 20;

    /// <summary>Which cloud has the backups is the caller's choice, in every workflow that reaches them.</summary>
    [Test]
    public void Who_takes_one_clouds_role_takes_the_others()
    {
        if (root.Find("on").Find("workflow_call").Find("inputs").Find("aws-role") is null)
        {
            return;
        }

        var jobs = Jobs.Where(job => job.Value.Find("permissions").Find("id-token") is not null).ToArray();
        Assert.That(jobs, Is.Not.Empty);
        foreach (var (name, job) in jobs)
        {
            var steps = job.Find("steps").Items().ToArray();
            Assert.That(
                steps.Select(step => step.Find("uses").Text()?.Split('@')[0])
                    .Where(action => action is "aws-actions/configure-aws-credentials" or "google-github-actions/auth"),
                Is.EqualTo(new[] { "aws-actions/configure-aws-credentials", "google-github-actions/auth" }),
                name);
            Assert.That(
                steps.Select(step => step.Find("env"))
                    .Where(env => env.Find("AWS_S3_BACKUP_BUCKET") is not null)
                    .Select(env => env.Find("GCS_BACKUP_BUCKET").Text()),
                Is.Not.Empty.And.All.Not.Null,
                name);
        }
    }

    [GeneratedRegex(@"(?m)^\s*-?\s*uses:\s*(?<action>.+)$")]
    private static partial Regex Uses();

    [GeneratedRegex(@"\$\{\{.*?\}\}")]
    private static partial Regex Expression();

    [GeneratedRegex(@"^[^@]+@[0-9a-f]{40} # v\d+(\.\d+)*$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"\bsecrets\.(?!GITHUB_TOKEN\b)")]
    private static partial Regex Secrets();
}
