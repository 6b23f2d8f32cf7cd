namespace DbGate.CommandGuard;

/// <summary>What to inspect, and by which rules.</summary>
/// <param name="Root">Absolute path of the repository's root folder.</param>
public sealed record GuardRequest(string Root)
{
    /// <summary>The environment that the release goes to: a job for another environment does not block.</summary>
    public string Environment { get; init; } = "production";

    /// <summary>The classes that <c>dbgate.json</c> gives to paths; they overrule what the guard finds out itself.</summary>
    public GuardPolicy Policy { get; init; } = GuardPolicy.None;

    /// <summary>The exceptions somebody has answered for. An expired one no longer covers anything.</summary>
    public IReadOnlyList<GuardWaiver> Waivers { get; init; } = [];

    /// <summary>The clock that decides whether a waiver has expired.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Globs (gitignore syntax, relative to the root) per class of path. The first class that matches wins, in the order
/// ignore, production, development.</summary>
public sealed record GuardPolicy
{
    /// <summary>No path is classed; the guard finds out itself.</summary>
    public static GuardPolicy None { get; } = new();

    /// <summary>Files that production runs, whatever their name says.</summary>
    public IReadOnlyList<string> Production { get; init; } = [];

    /// <summary>Files that only developers and tests run.</summary>
    public IReadOnlyList<string> Development { get; init; } = [];

    /// <summary>Files that are not looked at.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}

/// <summary>An exception to a finding, with the person who answers for it and the day it ends.</summary>
/// <param name="CheckId">The code it silences, such as <c>DBG0401</c>.</param>
/// <param name="Scope">A glob over the file of the entrypoint or of the command; empty covers nothing.</param>
/// <param name="Reason">Why the path is acceptable.</param>
/// <param name="Who">The person who answers for it.</param>
/// <param name="Expires">The instant from which it covers nothing any more.</param>
public sealed record GuardWaiver(string CheckId, string Scope, string Reason, string Who, DateTimeOffset Expires);
