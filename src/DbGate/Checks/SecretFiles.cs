using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>Whether git tracks, or would add, a <c>.env</c> file whose secrets are in force.</summary>
static class SecretFiles
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>A problem for each such file; none outside of a checkout, or where git is missing.</summary>
    public static async Task<IReadOnlyList<Problem>> JudgeAsync(GateContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        if (!context.IsProduction || !IsInCheckout(settings.Root))
        {
            return [];
        }

        var problems = new List<Problem>();
        foreach (var file in WithSecrets(settings).Order(StringComparer.Ordinal))
        {
            if (await GitAsync(settings.Root, cancellationToken, "ls-files", "--error-unmatch", "--", file) == 0)
            {
                problems.Add(ConfigurationProblems.TrackedSecret(file));
            }
            else if (await GitAsync(settings.Root, cancellationToken, "check-ignore", "--quiet", "--", file) == 1)
            {
                problems.Add(ConfigurationProblems.SecretNotIgnored(file));
            }
        }

        return problems;
    }

    /// <summary>The files that a secret in force was read from.</summary>
    internal static IReadOnlySet<string> WithSecrets(Settings settings)
    {
        var secret =
            SettingsCatalog.All.Where(setting => setting.IsSecret)
                .SelectMany(setting => setting.Variables)
                .ToHashSet(StringComparer.Ordinal);
        return settings.Variables.Concat(settings.Sources.Ignored)
            .Where(pair => secret.Contains(pair.Key) && pair.Value.Text.Length > 0)
            .Select(pair => pair.Value.Source)
            .Where(source => source.Layer is SettingLayer.DotEnv or SettingLayer.EnvironmentFile)
            .Select(source => source.Name.Split(" in ")[^1].Split(':')[0])
            .ToHashSet(StringComparer.Ordinal);
    }

    static bool IsInCheckout(string root)
    {
        for (var current = root; current is not null; current = Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Its exit code; null where it cannot be started.</summary>
    static async Task<int?> GitAsync(string root, CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        try
        {
            return (await ChildProcess.RunAsync(
                new ChildCommand("git", arguments) { WorkingDirectory = root, Deadline = Deadline }, cancellationToken)).ExitCode;
        }
        catch (GateException)
        {
            return null;
        }
    }
}
