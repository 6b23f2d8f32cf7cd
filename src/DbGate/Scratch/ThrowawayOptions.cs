using DbGate.Configuration;


namespace DbGate.Scratch;

/// <summary>
/// What a <see cref="ThrowawayServer"/> shall be like. The defaults give an empty UTF-8 server that is fast because it need not survive a
/// crash.
/// </summary>
sealed record ThrowawayOptions
{
    /// <summary>The major version that is wanted, for example 15; null takes the newest one that is installed.</summary>
    public int? Major { get; init; }

    /// <summary>The encoding of new databases, as <c>initdb --encoding</c> takes it.</summary>
    public string Encoding { get; init; } = "UTF8";

    /// <summary>The locale of new databases, as <c>initdb --locale</c> takes it.</summary>
    public string Locale { get; init; } = "C";

    /// <summary>The name of the superuser; another name than <c>postgres</c> leaves that one to a role as the source has it.</summary>
    internal string Superuser { get; init; } = "postgres";

    /// <summary>Serve TLS with a fresh self-signed certificate for <c>localhost</c> and the loopback addresses.</summary>
    public bool Ssl { get; init; }

    /// <summary>Further lines for <c>postgresql.conf</c>; they win over the defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long <c>initdb</c> and the start may take together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);
}
