using DbGate.Configuration;

namespace DbGate.Releases.Approvals;

/// <summary>
/// The account that a command runs under. It proves nothing about the person, but two claims of one account are of one person.
/// </summary>
/// <param name="Name">The login's name; in a workflow of GitHub the actor.</param>
/// <param name="Machine">The machine's name; in a workflow <c>GitHub Actions</c>.</param>
sealed record Account(string Name, string Machine)
{
    /// <inheritdoc/>
    public override string ToString() => $"account {Name} on machine {Machine}";

    /// <summary>This process's account.</summary>
    internal static Account From(Settings settings)
    {
        return Variable("GITHUB_ACTIONS") == "true" && Variable("GITHUB_ACTOR") is { } actor
            ? new Account(actor, "GitHub Actions")
            : new Account(Environment.UserName, Environment.MachineName);

        // Of the process alone: a file must not name the account.
        string? Variable(string name) =>
            settings.Variables.GetValueOrDefault(name) is { Text.Length: > 0, Source.Layer: SettingLayer.Environment } value
                ? value.Text
                : null;
    }
}
