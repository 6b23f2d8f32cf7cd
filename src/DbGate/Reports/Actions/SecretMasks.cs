using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Reports.Actions;

/// <summary>
/// The secrets of a run in every spelling in which a program might print them. The runner knows those that are its own secrets, and only
/// as they were typed: not what is in a <c>.env</c> file, and not a password that its URL holds percent-encoded.
/// </summary>
static class SecretMasks
{
    /// <summary>A shorter one would black out half of the log, and adds nothing.</summary>
    const int Shortest = 3;

    static readonly string[] OtherVariables = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN"];

    /// <summary>What is to be masked before anything else is printed; the longest first.</summary>
    public static IReadOnlyList<string> From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var variables =
            SettingsCatalog.All.Where(setting => setting.IsSecret
                && setting != BackupSettings.SigningKey
                && setting != GitHubSettings.ApiUrl)
            .SelectMany(setting => setting.Variables)
            .Concat(OtherVariables)
            .Append(settings.Get(DatabaseSettings.DatabaseUrlVariable));
        return
        [
            .. variables.Select(name => settings.Variables.GetValueOrDefault(name) ?? settings.Sources.Ignored.GetValueOrDefault(name))
                .OfType<SettingValue>()
                .SelectMany(Spellings)
                .Concat(KeyLines(settings.Get(BackupSettings.SigningKey)))
                .Concat(OfAddress(settings.Get(GitHubSettings.ApiUrl)))
                .Where(secret => secret.Trim().Length >= Shortest)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(secret => secret.Length)
                .ThenBy(secret => secret, StringComparer.Ordinal),
        ];
    }

    static IEnumerable<string> Spellings(SettingValue value)
    {
        if (!value.Text.Contains("://", StringComparison.Ordinal) && !PostgresUrl.IsConnectionString(value.Text))
        {
            return [value.Text];
        }

        try
        {
            var url = PostgresUrl.Parse(value.Text, value.Source.Name);
            return url.Secrets.Count == 0 ? [] : [value.Text, .. url.Secrets];
        }
        catch (GateException)
        {
            return [value.Text]; // whoever needs it says what is wrong with it
        }
    }

    // No file of a project may name the address of GitHub's API, but it is public: as a secret it would hide every link of the log.
    static IEnumerable<string> OfAddress(string text) => text.Contains('@', StringComparison.Ordinal) ? [text] : [];

    // The runner looks at single lines. A key that is given by its path has none.
    static IEnumerable<string> KeyLines(string text) =>
        !text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? []
            : text.Split('\n')
                .Select(line => line.Trim('\r', ' '))
                .Where(line => line.Length > 0 && !line.StartsWith("-----", StringComparison.Ordinal));
}
