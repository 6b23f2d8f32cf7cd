using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>The layers a setting can come from, strongest first.</summary>
enum SettingLayer
{
    /// <summary>An option such as <c>--environment=production</c>.</summary>
    CommandLine,

    /// <summary>A variable of the process.</summary>
    Environment,

    /// <summary><c>.env.&lt;environment&gt;</c> in the project's root.</summary>
    EnvironmentFile,

    /// <summary><c>.env</c> in the project's root.</summary>
    DotEnv,

    /// <summary>The policy file.</summary>
    PolicyFile,

    /// <summary>The rules of the last release that passed.</summary>
    LastRelease,

    /// <summary><c>dbgate.json</c> in the project's root.</summary>
    File,

    /// <summary>No one stated anything.</summary>
    Default,
}

/// <summary>Where a value came from, so that an error can point at it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Name">In a person's words: "DATABASE_URL in .env:3", "--environment", "variable READY_URL".</param>
sealed record SettingSource(SettingLayer Layer, string Name)
{
    /// <summary>True when the author of the commit wrote it: it is in a file that git tracks.</summary>
    public bool IsOfCommit { get; init; }

    /// <summary>File and line; null when it is not in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The built-in value.</summary>
    public static SettingSource Default { get; } = new(SettingLayer.Default, "the default");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A value as it was written, with its source.</summary>
/// <param name="Text">The text, unparsed.</param>
/// <param name="Source">Where it is.</param>
sealed record SettingValue(string Text, SettingSource Source)
{
    /// <summary>The source only: the text may be a secret.</summary>
    public override string ToString() => Source.ToString();
}
