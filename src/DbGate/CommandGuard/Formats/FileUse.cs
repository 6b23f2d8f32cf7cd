using System.Collections.Immutable;
using DbGate.CommandGuard.Following;

namespace DbGate.CommandGuard.Formats;

/// <summary>What a file is used as, whatever its name is.</summary>
enum FileRole
{
    Dockerfile,
    Compose,
    Bake,
    Supervisor,
    Procfile,
    Crontab,
    Systemd,
    TaskDefinition,
    Ansible,
    Uwsgi,
    Nixpacks,
}

/// <summary>A place that uses a file.</summary>
/// <param name="File">The file, relative to the root.</param>
/// <param name="Role">What it is used as.</param>
/// <param name="Site">The place that names it.</param>
/// <param name="Context">What the place is run for.</param>
sealed record FileUse(string File, FileRole Role, CallSite Site, ContextJudgement Context)
{
    /// <summary>The stage of a Dockerfile, or the target of a bake file; null for the default.</summary>
    public string? Stage { get; init; }

    /// <summary>The folder that an image is built with; null when it is not known.</summary>
    public string? BuildFolder { get; init; }

    /// <summary>The hops that led to the place.</summary>
    public ImmutableList<CallSite> Via { get; init; } = [];
}
