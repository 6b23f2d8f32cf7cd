using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>What a job of a CI system states about itself.</summary>
/// <param name="File">The file it is in.</param>
/// <param name="Job">Its key.</param>
sealed record JobFacts(string File, string Job)
{
    public string? WorkflowName { get; init; }

    public string? JobTitle { get; init; }

    public string? Stage { get; init; }

    /// <summary>The deployment environment that the job names.</summary>
    public string? Environment { get; init; }

    public string? Condition { get; init; }

    public IReadOnlyList<string> Triggers { get; init; } = [];

    /// <summary>Hosts of service containers.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool HasDatabaseService { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The values of the job's matrix, as <c>matrix.name</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Matrix { get; init; } = [];

    public IReadOnlyList<string> StepTexts { get; init; } = [];

    /// <summary>Ids of steps that create a branch of a database for a preview.</summary>
    public IReadOnlyList<string> PreviewBranches { get; init; } = [];
}

/// <summary>Reports deployments from tests. What is nearest to the database counts most: its URL, then the environment, then
/// names.</summary>
static class JobJudgement
{
    static readonly string[] UrlNames = ["DATABASE_URL", "DIRECT_URL", "DATABASE_URL_PROD", "POSTGRES_URL", "POSTGRES_PRISMA_URL",
        "DB_URL", "DIRECT_DATABASE_URL", "POSTGRES_URL_NON_POOLING", "DATABASE_URI", "PG_URL"];

    public static ContextJudgement From(JobFacts facts, PathClassifier judgements) =>
        judgements.ByPolicy(facts.File) ?? ByEnvironment(facts, judgements) ?? ByDatabase(facts, facts.Variables, judgements)
            ?? ByNames(facts, judgements);

    /// <summary>A step may name its own database.</summary>
    public static ContextJudgement OfStep(JobFacts facts, ContextJudgement job, PathClassifier judgements,
        IReadOnlyList<KeyValuePair<string, string>> own) =>
        job.Class == PathClass.Ignored ? job
        : judgements.ByPolicy(facts.File) ?? ByEnvironment(facts, judgements) ?? ByDatabase(facts, own, judgements) ?? job;

    static ContextJudgement? ByEnvironment(JobFacts facts, PathClassifier judgements) =>
        facts.Environment is not { Length: > 0 } name || name.Contains("${{", StringComparison.Ordinal) ? null
        : Environments.IsOther(name, judgements.Environment)
            ? new ContextJudgement(PathClass.Development, $"the job is for environment {name}")
        : new ContextJudgement(PathClass.Production, $"the job is for environment {name}");

    static ContextJudgement? ByDatabase(JobFacts facts, IReadOnlyList<KeyValuePair<string, string>> variables, PathClassifier judgements)
    {
        foreach (var (name, value) in variables.Reverse().Where(pair => UrlNames.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (Environments.IsLocalDatabase(value, facts.Services) || (facts.HasDatabaseService && Environments.IsBareHost(value)))
            {
                return new ContextJudgement(PathClass.Development, $"{name} is a local database");
            }

            if (StepOf(value) is { } step)
            {
                return facts.PreviewBranches.Contains(step)
                    ? new ContextJudgement(PathClass.Development,
                        $"{name} is an output of the step {step}, which creates a branch of the database")
                    : new ContextJudgement(PathClass.Production, $"{name} is an output of the step {step}");
            }

            if (value.Contains("secrets.", StringComparison.Ordinal) || value.Contains("vars.", StringComparison.Ordinal)
                || value.Contains("$(", StringComparison.Ordinal) || value.StartsWith('$'))
            {
                var secret = value[(value.LastIndexOf('.') + 1)..].Trim('}', ' ', ')', '(', '$', '{');
                return Environments.IsOther(secret, judgements.Environment)
                    ? new ContextJudgement(PathClass.Development, $"{name} comes from {secret}")
                    : facts.HasDatabaseService && value.Contains(':', StringComparison.Ordinal)
                        && Environments.IsLocalDatabase(value, facts.Services) ? null
                    : new ContextJudgement(PathClass.Production, $"{name} comes from the secret {secret}");
            }

            if (value.Contains("://", StringComparison.Ordinal))
            {
                return new ContextJudgement(PathClass.Production, $"{name} is a remote database");
            }
        }

        return null;
    }

    /// <summary>The step whose output a value is: <c>${{ steps.neon.outputs.db_url }}</c>.</summary>
    static string? StepOf(string value)
    {
        var at = value.IndexOf("steps.", StringComparison.Ordinal);
        var end = at < 0 ? -1 : value.IndexOf(".outputs.", at, StringComparison.Ordinal);
        return end < 0 || !value.Contains("${{", StringComparison.Ordinal) ? null : value[(at + "steps.".Length)..end];
    }

    static ContextJudgement ByNames(JobFacts facts, PathClassifier judgements)
    {
        if (facts.HasDatabaseService)
        {
            return new ContextJudgement(PathClass.Development, "the job brings its own database as a service");
        }

        string[] names = [.. ((string?[])[facts.Job, facts.JobTitle, facts.Stage]).OfType<string>()];
        string[] outer = [.. ((string?[])[facts.WorkflowName, Files.RepositoryPath.Name(facts.File).Split('.')[0]]).OfType<string>()];
        foreach (var group in (string[][])[names, outer])
        {
            foreach (var name in group)
            {
                if (Environments.IsOther(name, judgements.Environment))
                {
                    return Deploys(facts) && !Environments.IsDevelopment(name)
                        ? new ContextJudgement(PathClass.Development, $"\"{name}\" is for another environment")
                        : new ContextJudgement(PathClass.Development, $"\"{name}\" says that it is no deployment");
                }

                if (Environments.IsProduction(name))
                {
                    return new ContextJudgement(PathClass.Production, $"\"{name}\" says that it deploys");
                }
            }
        }

        if (facts.StepTexts.Any(StartsDatabase))
        {
            return new ContextJudgement(PathClass.Development, "the job starts its own database");
        }

        return facts.Triggers.Count > 0 && facts.Triggers.All(trigger => trigger is "pull_request" or "merge_group")
            ? new ContextJudgement(PathClass.Development, "it runs for pull requests only")
            : new ContextJudgement(PathClass.Unknown, "nothing says which database the job uses");
    }

    static bool Deploys(JobFacts facts) => facts.StepTexts.Any(step => step.Contains("deploy", StringComparison.OrdinalIgnoreCase));

    static bool StartsDatabase(string step) =>
        step.Contains("setup-postgres", StringComparison.OrdinalIgnoreCase)
            || step.Contains("action-setup-postgres", StringComparison.OrdinalIgnoreCase)
            || step.Contains("supabase start", StringComparison.Ordinal)
        || ((step.Contains("docker compose", StringComparison.Ordinal) || step.Contains("docker-compose", StringComparison.Ordinal))
            && step.Contains(" up", StringComparison.Ordinal) && !step.Contains("prod", StringComparison.OrdinalIgnoreCase)
            && !step.Contains("ssh", StringComparison.OrdinalIgnoreCase))
        || (step.Contains("docker run", StringComparison.Ordinal) && step.Contains("postgres", StringComparison.Ordinal));
}
