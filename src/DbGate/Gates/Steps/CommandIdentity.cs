using DbGate.Backups;
using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Gates.Steps;

/// <summary>
/// Asks the server that a command would reach for its identity, and compares it with production's: that of the newest production backup,
/// else that of the server behind <c>DATABASE_URL_PROD</c>.
/// </summary>
static class CommandIdentity
{
    /// <summary>A database by its system identifier, with where the identity comes from.</summary>
    sealed record Known(TargetIdentity Identity, string From);

    /// <summary>What the comparison showed, and the problem where the command would reach production or that cannot be told.</summary>
    /// <exception cref="GateException">The server did not answer.</exception>
    public static async Task<(Fact Fact, Problem? Problem)> CheckAsync(
        GateContext context, CommandVerdict verdict, CancellationToken cancellationToken)
    {
        var matters =
            verdict.CannotTell || verdict.Class is CommandClass.Destructive or CommandClass.HistoryRewriting or CommandClass.Bypassing;
        if ((verdict.Target?.Url ?? context.Settings.Variables.GetValueOrDefault("DATABASE_URL")?.Text) is not { Length: > 0 } text
            || !(text.Contains("://", StringComparison.Ordinal) || PostgresUrl.IsConnectionString(text)))
        {
            const string Why = "no URL is known for the command";
            return (new Fact("database", Why), matters ? CommandGuardProblems.NotIdentified(Why) : null);
        }

        var target = await IdentityAsync(context, PostgresUrl.Parse(text, "the command's URL"), cancellationToken);
        if (await KnownAsync(context, target, cancellationToken) is not { } production)
        {
            const string Why =
                "production's identity is not known: the store has no backup of production, and DATABASE_URL_PROD is not set";
            return (new Fact("database", Why), matters ? CommandGuardProblems.NotIdentified(Why) : null);
        }

        var isProduction = target.IsSameDatabaseAs(production.Identity);
        return (
            new Fact(
                "database",
                $"{target.DatabaseName} of cluster {target.SystemIdentifier} {(isProduction ? "is production" : "is not production")}, by "
                    + $"{production.From}"),
            isProduction && matters ? CommandGuardProblems.ReachesProduction(target, production.From, verdict.Fix) : null);
    }

    static async Task<Known?> KnownAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken)
    {
        try
        {
            var catalog = new BackupCatalog(BackupStores.Open(context.Settings)[0]);
            if (await catalog.FindNewestAsync("production", target.DatabaseName, cancellationToken) is { } newest)
            {
                return new Known(
                    (await catalog.OpenAsync(newest, cancellationToken)).Manifest.Identity, $"the manifest of backup {newest.Archive.Key}");
            }
        }
        catch (GateException) when (context.Settings.Variables.ContainsKey("DATABASE_URL_PROD"))
        {
            // The store cannot be read; production's own server answers, too.
        }

        return context.Settings.Variables.GetValueOrDefault("DATABASE_URL_PROD") is { Text.Length: > 0 } url
            ? new Known(await IdentityAsync(context, PostgresUrl.Parse(url.Text, url.Source.Name), cancellationToken), "DATABASE_URL_PROD")
            : null;
    }

    static async Task<TargetIdentity> IdentityAsync(GateContext context, PostgresUrl url, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, context.Services.Sessions, cancellationToken);
        return (await ServerFacts.ReadAsync(session, cancellationToken)).RequireIdentity(url);
    }
}
