using DbGate.Configuration;

namespace DbGate.CommandGuard;

/// <summary>What to inspect, and by which rules.</summary>
/// <param name="Root">Absolute path of the repository's root folder.</param>
public sealed record GuardRequest(string Root)
{
    /// <summary>The environment that the release goes to: a job for another environment does not block.</summary>
    public string Environment { get; init; } = "production";

    /// <summary>The classes that <c>dbgate.json</c> gives to paths; they overrule what the guard finds out itself.</summary>
    internal GuardPolicy Policy { get; init; } = GuardPolicy.None;

    /// <summary>The commands that DbGate itself executes. No policy exempts them.</summary>
    internal IReadOnlyList<OwnCommand> Commands { get; init; } = [];

    /// <summary>The exceptions a person has answered for. An expired one no longer covers anything.</summary>
    internal IReadOnlyList<Waiver> Waivers { get; init; } = [];

    /// <summary>The clock that decides whether a waiver has expired.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
