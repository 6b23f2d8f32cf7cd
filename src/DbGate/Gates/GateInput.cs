using System.Collections;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Publishing;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>What a host was given. See <see cref="SettingsReader"/>.</summary>
/// <param name="Options">Options without dashes; a switch has an empty value.</param>
/// <param name="Variables">The process's variables.</param>
/// <param name="CalledFrom">The folder that a relative project starts from.</param>
sealed record GateInput(
    IReadOnlyDictionary<string, string> Options, IReadOnlyDictionary<string, string> Variables, string CalledFrom)
{
    /// <summary>Returns who can be asked; null asks no one.</summary>
    public Func<Settings, IPrompt?>? Prompt { get; init; }

    /// <summary>How the host writes commands for people.</summary>
    public CommandStyle Style { get; init; } = CommandStyle.BuildScript;

    /// <summary>Who shows verdicts elsewhere.</summary>
    public IReadOnlyList<IReportPublisher> Publishers { get; init; } = [];

    /// <summary>Who knows of approvals that were given elsewhere.</summary>
    public IReadOnlyList<IApprovalSource> ApprovalSources { get; init; } = [];

    /// <summary>Options that the host takes itself: an unknown option may be a misspelled one of them.</summary>
    public IReadOnlyList<string> HostOptions { get; init; } = [];

    /// <summary>With the variables of this process.</summary>
    public static GateInput OfProcess(IReadOnlyDictionary<string, string> options, string calledFrom)
    {
        EmptyVariables.Remove();
        return new(
            options,
            Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
            calledFrom);
    }

    /// <summary>Refuses options that do not exist, secrets, and options without a value, before anything is read.</summary>
    /// <exception cref="GateException">DBG0001, DBG0002, DBG0006.</exception>
    public void CheckOptions() => SettingsReader.CheckOptions(Options, HostOptions);

    /// <summary>All settings.</summary>
    /// <exception cref="GateException">DBG0001 to DBG0007.</exception>
    public Settings ReadSettings()
    {
        CheckOptions();
        return SettingsReader.Read(Options, Variables, CalledFrom);
    }
}
