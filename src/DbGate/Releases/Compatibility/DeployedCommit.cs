using DbGate.Configuration;
using DbGate.Git;
using DbGate.Releases.Evidence;
using DbGate.Signing;

namespace DbGate.Releases.Compatibility;

/// <summary>
/// Finds the commit whose application runs now: the one that the run's environment names, else the newest one that the evidence log has as
/// deployed. The commit to be released does not choose it.
/// </summary>
static class DeployedCommit
{
    const int Newest = 200;
    const string Deploy = "migrate-deploy";
    const string Passed = "passed";

    /// <returns>Its files, or why they are not known.</returns>
    public static async Task<(GitCommit? Files, string? Unknown)> OpenAsync(GateContext context, CancellationToken cancellationToken)
    {
        var commit = context.Settings.Get(CompatibilitySettings.Commit) is { Length: > 0 } named
            ? named
            : await FindAsync(context, cancellationToken);
        return commit is null
            ? (null, "the evidence log has no deploy of a commit to this environment (setting compatibility.commit names one)")
            : await GitCommit.OpenAsync(context.Settings.Root, commit, cancellationToken);
    }

    static async Task<string?> FindAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (!EvidenceWriter.IsOn(context))
        {
            return null;
        }

        using var key = BackupRequests.Key(context.Settings);
        var (environment, current) = (context.Environment.ToString().ToLowerInvariant(), Commits.Find(context.Settings.Root));
        var records = new List<EvidenceRecord>();
        await foreach (var stored in EvidenceWriter.LogOf(context).ReadNewestAsync(Newest, cancellationToken))
        {
            // A record that was altered is no source; the audit reports it.
            if ((key is null || stored.File.Check(key) is SignatureState.Valid) && EvidenceHistory.TryRead(stored) is { } record)
            {
                records.Add(record);
                if (Choose([record], environment, current) is { } commit && commit != current)
                {
                    return commit; // older records need not be read
                }
            }
        }

        return Choose(records, environment, current);
    }

    /// <summary>The newest deployed commit, if possible another one than the one to be released: it may be released again. Pure.</summary>
    /// <param name="records">The newest first.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="current">The commit of this run.</param>
    internal static string? Choose(IEnumerable<EvidenceRecord> records, string environment, string? current)
    {
        string[] deployed =
        [
            .. records.Where(record => record is { Kind: Deploy, Outcome: Passed } && record.Environment == environment)
                .Select(record => record.Commit)
                .OfType<string>(),
        ];
        return deployed.FirstOrDefault(commit => commit != current) ?? deployed.FirstOrDefault();
    }
}
