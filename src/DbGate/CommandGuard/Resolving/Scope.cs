using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Where a command runs, and what is known there.</summary>
sealed record Scope(string Folder)
{
    /// <summary>The image whose files are meant; null on the repository itself.</summary>
    public Image? Image { get; init; }

    public Variables Variables { get; init; } = Variables.None;

    public ImmutableDictionary<string, Function> Functions { get; init; } = ImmutableDictionary.Create<string,
        Function>(StringComparer.Ordinal);

    /// <summary>Files that the commands wrote themselves.</summary>
    public ImmutableDictionary<string, SourceText> Written { get; init; } = ImmutableDictionary.Create<string,
        SourceText>(StringComparer.Ordinal);

    /// <summary>Environment variables with a literal value.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary.Create<string,
        string>(StringComparer.Ordinal);

    /// <summary>Environment files, compose files, profiles in use.</summary>
    public ImmutableList<string> EnvironmentNames { get; init; } = [];

    /// <summary>The condition that keeps production off this path.</summary>
    public string? DevelopmentOnly { get; init; }

    /// <summary>The command was found inside the arguments of a program that nothing is known about.</summary>
    public bool IsGuess { get; init; }

    public bool IsElsewhere { get; init; }

    /// <summary>A program starts it: what a program computes is listed, because no reading of it is complete.</summary>
    public bool IsComputed { get; init; }

    /// <summary>The command reads what another command prints.</summary>
    public bool IsPiped { get; init; }

    /// <summary>The command that downloads what it reads; null when it reads no download.</summary>
    public string? Download { get; init; }

    /// <summary>The command whose SQL it reads: one that prints a migration.</summary>
    public string? PipedSql { get; init; }

    public Scope Entering(CommandContext around)
    {
        var entered = this with
        {
            EnvironmentNames = EnvironmentNames.AddRange(around.EnvironmentNames),
            Environment = Environment.SetItems(around.Environment),
            IsGuess = IsGuess || around.IsGuess,
            IsElsewhere = IsElsewhere || around.IsElsewhere,
        };
        return around.Directory is { } directory ? entered.In(directory) : entered;
    }

    public Scope In(string directory) =>
        directory.Contains(Argument.Unknown, StringComparison.Ordinal) || directory.StartsWith('~')
            ? this
            : this with { Folder = RepositoryPath.Resolve(Folder, directory) ?? "" };
}

/// <summary>A shell function and the text it is in.</summary>
sealed record Function(Frame Frame, ShellNode Body);

/// <summary>A text that is being run.</summary>
/// <param name="Source">The text.</param>
/// <param name="Label">What is before the command in a hop: <c>CMD</c>, <c>run:</c>, a script's name.</param>
/// <param name="NamesOnly">A hop on the way shows the label alone.</param>
sealed record Frame(SourceText Source, string Label, bool NamesOnly = false);
