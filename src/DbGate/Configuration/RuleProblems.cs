using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What can be wrong with the rules that judge a release. None of these contacted a database.</summary>
static class RuleProblems
{
    static readonly ProblemCode NotOfCommitCode = new("DBG0580", "The commit may not set this value", ExitCode.Usage);
    static readonly ProblemCode PolicyCode = new("DBG0581", "The policy file cannot be used", ExitCode.Usage);

    static readonly ProblemCode ProductionUnnamedCode =
        new("DBG0585", "The environment of a production database is not named", ExitCode.Blocked) { IsProof = true };

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

    /// <param name="value">The file of approvers, as it was named.</param>
    public static Problem ApproversOfCommit(SettingValue value) =>
        new(NotOfCommitCode, $"the approvers file {value.Text} belongs to the commit")
        {
            Cause = $"{value.Source} names it; git tracks it, a link to it or a submodule that holds it, so the author of the release "
                + "decides who may approve",
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(value.Text),
            Fix = "read it from a protected branch into a folder outside of the checkout, and name that file: --approvers-file=<path>",
        };

    /// <param name="variable">Names a file with credentials.</param>
    /// <param name="source">Where it was read.</param>
    public static Problem CredentialFileOfCommit(string variable, SettingSource source) =>
        new(NotOfCommitCode, $"{variable} is set in a file of the commit")
        {
            Cause = "the file that it names decides which secrets of the machine are read, and where they are sent",
            State = DatabaseState.NotContacted,
            Location = source.Location,
            Fix = $"remove it from the file and set the variable {variable} in the run's environment",
        };

    /// <param name="target">The database, without its password.</param>
    /// <param name="environment">What the run counted as.</param>
    /// <param name="why">How it is known.</param>
    public static Problem ProductionUnnamed(string target, string environment, string why) =>
        new(ProductionUnnamedCode, $"{target} is production, and the run counts as {environment}")
        {
            Cause = $"{why}; the environment was named by a file of the commit, or by nothing, and the rules of production did not apply",
            State = DatabaseState.Untouched,
            Fix = "name the environment in the run: the option --environment, or the variable DBGATE_ENVIRONMENT",
        };

    public static Problem Policy(string path, string why) =>
        new(PolicyCode, $"the policy file {path} cannot be used: {why}")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(path),
            Fix = "name a readable file of a protected branch: --policy-file=<path>",
        };
}
