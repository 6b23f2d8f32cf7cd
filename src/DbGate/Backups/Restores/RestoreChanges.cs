namespace DbGate.Backups.Restores;

/// <summary>What a restore leaves out or gives to other roles, because the restoring role or the server requires it.</summary>
sealed record RestoreChanges
{
    internal const string Owners = "owners";
    internal const string Privileges = "privileges";
    internal const string EventTriggers = "event-triggers";
    internal const string ExtensionPrefix = "extension:";

    /// <summary>Nothing is changed.</summary>
    public static RestoreChanges None { get; } = new();

    /// <summary>Everything belongs to the restoring role, as with <c>pg_restore --no-owner</c>.</summary>
    public bool OmitsOwners { get; init; }

    /// <summary>GRANT, REVOKE and default privileges are left out, as with <c>pg_restore --no-privileges</c>.</summary>
    public bool OmitsPrivileges { get; init; }

    /// <summary>Event triggers are left out.</summary>
    public bool OmitsEventTriggers { get; init; }

    /// <summary>Extensions that are left out, with the rows of their configuration tables and the privileges on their objects.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Roles of the archive, each with the role that takes its place in owners, grants and policies.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>The archive is restored as it is.</summary>
    public bool IsNone => !OmitsOwners && !OmitsPrivileges && !OmitsEventTriggers && Extensions.Count == 0 && Roles.Count == 0;

    /// <summary>What is changed, for people.</summary>
    internal IReadOnlyList<string> Shown =>
    [
        .. OmitsOwners ? ["owners are left out: everything belongs to the restoring role"] : Array.Empty<string>(),
        .. OmitsPrivileges ? ["grants and default privileges are left out"] : Array.Empty<string>(),
        .. OmitsEventTriggers ? ["event triggers are left out"] : Array.Empty<string>(),
        .. Extensions.Select(
            name => $"extension {name} is left out, with the rows of its configuration tables and the privileges on its objects"),
        .. Roles.Select(pair => $"role {pair.Key} is replaced by {pair.Value}"),
    ];

    /// <summary>
    /// Reads <c>owners,privileges,event-triggers,extension:NAME</c> and <c>from=to,from=to</c>; null when one of them is not that.
    /// </summary>
    internal static RestoreChanges? TryParse(string omit, string map)
    {
        var words = Split(omit);
        var pairs = Split(map).Select(pair => pair.Split('=')).ToArray();
        return words.All(word => word is Owners or Privileges or EventTriggers || Extension(word) is { Length: > 0 })
            && pairs.All(pair => pair is [{ Length: > 0 }, { Length: > 0 }]) && pairs.DistinctBy(pair => pair[0]).Count() == pairs.Length
            ? new()
            {
                OmitsOwners = words.Contains(Owners),
                OmitsPrivileges = words.Contains(Privileges),
                OmitsEventTriggers = words.Contains(EventTriggers),
                Extensions = [.. words.Select(Extension).OfType<string>()],
                Roles = pairs.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
            }
            : null;
    }

    static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static string? Extension(string word) =>
        word.StartsWith(ExtensionPrefix, StringComparison.Ordinal) ? word[ExtensionPrefix.Length..] : null;
}
