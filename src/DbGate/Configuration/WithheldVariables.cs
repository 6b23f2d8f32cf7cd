namespace DbGate.Configuration;

/// <summary>
/// Variables that the project's own command does not get. It runs code of the commit and of its packages, which needs the database's URL,
/// but not what DbGate signs, publishes and stores with, nor the files and tokens by which a step directs GitHub's runner.
/// </summary>
static class WithheldVariables
{
    static readonly Setting[] Urls =
    [
        DatabaseSettings.DatabaseUrl, DatabaseSettings.DatabaseUrlProduction, DatabaseSettings.DatabaseUrlStaging,
            DatabaseSettings.DirectUrl,
        DatabaseSettings.ReadReplicaUrl, DatabaseSettings.TestDatabaseUrl, GitHubSettings.ApiUrl,
    ];

    /// <summary>
    /// What no command gets: the secrets of DbGate, and what directs GitHub's runner. A command that asks a cloud for a backup gets the
    /// cloud's credentials.
    /// </summary>
    public static IReadOnlyList<string> OfTheRun { get; } =
    [
        .. SettingsCatalog.All.Where(setting => setting.IsSecret && !Urls.Contains(setting)).SelectMany(setting => setting.Variables),
        "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
        "ACTIONS_CACHE_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RESULTS_URL",
        "ACTIONS_RUNTIME_TOKEN", "ACTIONS_RUNTIME_URL",
    ];

    /// <summary>What a migrate command does not get.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. OfTheRun,
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_GHA_CREDS_PATH", "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
    ];
}
