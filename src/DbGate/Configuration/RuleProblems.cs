using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What can be wrong with the rules that judge a release. None of these contacted a database.</summary>
static class RuleProblems
{
    static readonly ProblemCode NotOfCommitCode = new("DBG0580", "The commit may not set this value", ExitCode.Usage);
    static readonly ProblemCode PolicyCode = new("DBG0581", "The policy file cannot be used", ExitCode.Usage);

    static readonly ProblemCode WaiverTooLongCode = new("DBG0583", "A waiver lasts longer than a year", ExitCode.Blocked);

    public static Problem WaiverTooLong(Waiver waiver) =>
        new(WaiverTooLongCode, $"the waiver for {waiver.Check} ends on {waiver.Expires:yyyy-MM-dd}, more than a year from now")
        {
            Cause = $"{waiver.Who}: {waiver.Reason}",
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(ProjectFile.Name),
            Fix = "write a last day within a year",
        };

    /// <param name="setting">A setting that names a person, an approval, or an address that receives credentials.</param>
    /// <param name="name">As it is written there.</param>
    /// <param name="location">Where.</param>
    public static Problem NotOfCommit(Setting setting, string name, SourceLocation? location) =>
        new(NotOfCommitCode, $"{name} is set in a file of the commit")
        {
            Cause = $"{setting.Help}; a file that git tracks belongs to the author of the release",
            State = DatabaseState.NotContacted,
            Location = location,
            Fix = setting switch
            {
                { Variables: [var variable, ..] } => $"remove it from the file and set the variable {variable} in the run's environment",
                _ => $"remove it from the file and give --{setting.Option} to the run",
            },
        };

    /// <param name="variable">An address that receives credentials.</param>
    /// <param name="source">Where it was read.</param>
    /// <param name="credentials">The credentials that would be sent there.</param>
    public static Problem EndpointOfCommit(string variable, SettingSource source, string credentials) =>
        new(NotOfCommitCode, $"{variable} is set in a file of the commit")
        {
            Cause = $"{credentials} of the run's environment would be sent to that address",
            State = DatabaseState.NotContacted,
            Location = source.Location,
            Fix = $"remove it from the file and set the variable {variable} in the run's environment",
        };

    public static Problem Policy(string path, string why) =>
        new(PolicyCode, $"the policy file {path} cannot be used: {why}")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(path),
            Fix = "name a readable file of a protected branch: --policy-file=<path>",
        };
}
