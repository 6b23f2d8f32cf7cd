using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>
/// Reads the variables of stores. A file of the commit may not choose the address that credentials of the run's environment are sent to.
/// </summary>
static class StoreVariables
{
    static readonly Dictionary<string, string[]> Endpoints = new()
    {
        ["AWS_ENDPOINT_URL"] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        ["AWS_ENDPOINT_URL_S3"] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        ["AWS_PROFILE"] = [],
        ["STORAGE_EMULATOR_HOST"] = [],
    };

    // A credential file can name programs to run, files to read and addresses to send them to.
    static readonly string[] CredentialFiles = ["GOOGLE_APPLICATION_CREDENTIALS"];

    /// <summary>The variable's text; null when it is not set.</summary>
    /// <exception cref="GateException">DBG0580: a file of the commit redirects credentials.</exception>
    public static string? Read(Settings settings, string name)
    {
        var value = settings.Variables.GetValueOrDefault(name);
        if (CredentialFiles.Contains(name) && value is { Source.IsOfCommit: true, Text.Length: > 0 })
        {
            throw new GateException(RuleProblems.CredentialFileOfCommit(name, value.Source));
        }

        return value is { Source.IsOfCommit: true, Text.Length: > 0 }
            && Endpoints.TryGetValue(name, out var credentials)
            && !AreOfCommit(settings, credentials)
            ? throw new GateException(RuleProblems.EndpointOfCommit(name, value.Source, "the store's credentials"))
            : value?.Text;
    }

    /// <summary>Credentials that are in the commit themselves are sent wherever it states.</summary>
    static bool AreOfCommit(Settings settings, string[] credentials) =>
        credentials.Length > 0
            && credentials.All(name => settings.Variables.GetValueOrDefault(name) is { Source.IsOfCommit: true, Text.Length: > 0 });
}
