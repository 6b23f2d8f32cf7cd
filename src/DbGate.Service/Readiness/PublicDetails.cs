using System.Text.RegularExpressions;
using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Service.Readiness;

/// <summary>
/// What anyone may read of a check. The sentences of the contract stay as they are. A check that could not run reports only the kind of its
/// problem, and a sentence that names a host, a user, a database or a place of this installation is replaced by one that does not.
/// </summary>
sealed class PublicDetails
{
    readonly IReadOnlyList<Regex> names;

    /// <summary>Knows the names that the settings hold.</summary>
    public PublicDetails(Settings settings)
    {
        var urls = Urls(settings).ToArray();
        var words =
            urls.SelectMany(url => new[] { url.Host, url.User, url.Database })
                .Except(Enum.GetNames<TargetEnvironment>(), StringComparer.OrdinalIgnoreCase);
        var places =
            new[] { settings.Root, settings.GetPath(BackupSettings.Folder), settings.Get(BackupSettings.S3Bucket),
                settings.Get(BackupSettings.GcsBucket) };
        names =
        [
            .. words.Concat(places).Concat(urls.SelectMany(url => url.Secrets))
                .Where(name => name.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Select(name => new Regex($@"(?<!\w){Regex.Escape(name)}(?!\w)", RegexOptions.CultureInvariant)),
        ];
    }

    /// <summary>The report with details that anyone may read.</summary>
    public CheckReport Of(CheckReport report) => report with { Result = report.Result with { Details = Sentence(report), Problems = [] } };

    string Sentence(CheckReport report)
    {
        var result = report.Result;
        return result.Outcome == CheckOutcome.Errored ? Kinds(result)
            : !names.Any(name => name.IsMatch(result.Details)) ? result.Details
            : result.IsBlocking ? Kinds(result)
            : report.Check.Title;
    }

    static string Kinds(CheckResult result) =>
        string.Join(
            "; ",
            result.Problems.Where(problem => problem.IsBlocking).Select(problem => $"{problem.Code.Title} ({problem.Code.Id})").Distinct());

    static IEnumerable<PostgresUrl> Urls(Settings settings)
    {
        var names = new[]
        {
            "DATABASE_URL", "DATABASE_URL_PROD", "DATABASE_URL_STAGING", "DIRECT_URL", "TEST_DATABASE_URL", "DATABASE_READ_REPLICA_URL",
            settings.Get(DatabaseSettings.DatabaseUrlVariable),
        };
        foreach (var name in names)
        {
            if (settings.Variables.GetValueOrDefault(name) is { Text.Length: > 0 } value && TryParse(value) is { } url)
            {
                yield return url;
            }
        }
    }

    static PostgresUrl? TryParse(SettingValue value)
    {
        try
        {
            return PostgresUrl.Parse(value.Text, value.Source.Name);
        }
        catch (GateException)
        {
            return null; // the check that needs it says why
        }
    }
}
