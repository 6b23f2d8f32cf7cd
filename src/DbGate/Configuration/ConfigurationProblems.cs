using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What can be wrong with settings. None of these contacted a database.</summary>
static class ConfigurationProblems
{
    static readonly ProblemCode UnknownOptionCode = new("DBG0001", "Unknown option or setting", ExitCode.Usage);
    static readonly ProblemCode InvalidValueCode = new("DBG0002", "A setting has an invalid value", ExitCode.Usage);
    static readonly ProblemCode BrokenDotEnvCode = new("DBG0003", "A .env file cannot be read", ExitCode.Usage);
    static readonly ProblemCode BrokenFileCode = new("DBG0004", "The file dbgate.json cannot be read", ExitCode.Usage);
    static readonly ProblemCode MissingUrlCode = new("DBG0005", "No database URL", ExitCode.Usage);
    static readonly ProblemCode SecretCode = new("DBG0006", "A secret is stored in a readable place", ExitCode.Usage);
    static readonly ProblemCode ProjectCode = new("DBG0007", "The project's folder cannot be used", ExitCode.Usage);
    static readonly ProblemCode InternalCode = new("DBG0008", "Internal error of DbGate", ExitCode.InternalFault);
    static readonly ProblemCode CancelledCode = new("DBG0009", "The run was cancelled", ExitCode.Cancelled);
    public static readonly ProblemCode WaiverCode = new("DBG0010", "A waiver has expired", ExitCode.Blocked);
    static readonly ProblemCode TrackedCode = new("DBG0074", "A file with a secret is tracked by git", ExitCode.Blocked);
    static readonly ProblemCode NotIgnoredCode = new("DBG0075", "A file with a secret is not ignored by git", ExitCode.Blocked);
    static readonly ProblemCode ReportCode = new("DBG0011", "The report cannot be written", ExitCode.Environment);

    public static Problem UnknownOption(string option, string? nearest) =>
        Untouched(UnknownOptionCode, $"there is no option --{option}") with
        {
            Fix = nearest is null ? "Choose an option from docs/reference/settings.md" : $"did you mean --{nearest}?",
        };

    public static Problem UnknownKey(string key, string? nearest, SourceLocation location) =>
        Untouched(UnknownOptionCode, $"dbgate.json has an unknown key \"{key}\"") with
        {
            Location = location,
            Fix = nearest is null ? "Remove it, or choose a setting from docs/reference/settings.md" : $"did you mean \"{nearest}\"?",
        };

    public static Problem InvalidValue(Setting setting, SettingValue value) =>
        Untouched(
            InvalidValueCode, $"{setting.Name} is not {setting.Reject(value.Text)}{(setting.IsSecret ? "" : $": \"{value.Text}\"")}") with
        {
            Cause = $"read from {value.Source}",
            Fix = $"write {setting.Reject(value.Text)} there",
        };

    public static Problem MissingValue(string option) =>
        Untouched(InvalidValueCode, $"--{option} needs a value") with { Fix = $"write --{option}=<value>" };

    public static Problem InvalidWaiver(string why) =>
        Untouched(BrokenFileCode, $"a waiver in dbgate.json is incomplete: {why}") with
        {
            Fix = """write { "check": "DBG0104", "scope": "…", "reason": "…", "who": "…", "expires": "2027-01-31" }""",
        };

    public static Problem BrokenDotEnv(string file, int? line, string why) =>
        Untouched(BrokenDotEnvCode, $"{file} cannot be read: {(line is null ? "" : $"line {line}: ")}{why}") with
        {
            Location = new SourceLocation(file, line),
            Fix = "write NAME=value; quote a value that holds blanks, # or line breaks",
        };

    public static Problem BrokenFile(string why, int? line) =>
        Untouched(BrokenFileCode, $"dbgate.json cannot be read: {why}") with
        {
            Location = new SourceLocation("dbgate.json", line),
            Fix = "put the JSON right; comments and trailing commas are allowed",
        };

    public static Problem UnreadableFile(string file, string why) =>
        Untouched(
            BrokenFileCode, $"{file} cannot be read: {why}") with { Location = new SourceLocation(file), Fix = $"make {file} readable" };

    /// <param name="environment">The target's environment.</param>
    /// <param name="variables">Those that were looked for.</param>
    /// <param name="empty">One of them that is set, and empty: that is how a pipeline passes on a secret which it does not have.</param>
    /// <param name="ofCommit">Where a file of the commit holds one, which production does not read.</param>
    /// <param name="connectionStrings">Variables of .NET's configuration that could be meant.</param>
    public static Problem MissingUrl(
        string environment, IReadOnlyList<string> variables, string? empty, SettingSource? ofCommit = null,
        params IReadOnlyList<string> connectionStrings) =>
        Untouched(MissingUrlCode, $"no database URL for {environment}") with
        {
            Location = ofCommit?.Location,
            Cause = ofCommit is not null ? $"{ofCommit} is in a file of the commit, which may not choose the database of {environment}"
                : empty is null
                ? $"{(variables.Count == 1 ? $"{variables[0]} is not" : $"none of {string.Join(", ", variables)} is")} set in the "
                    + $"environment, .env.{environment} or .env"
                : $"{empty} is set, and empty: so pipelines pass on a secret that they do not have",
            Fix = connectionStrings is [var first, ..]
                ? $"Name the variable with the connection string: --database-url-variable={first}"
                    + (connectionStrings.Count == 1 ? "" : $" (or {string.Join(", ", connectionStrings.Skip(1))})")
                : $"{(empty is null ? "" : "put it into the secrets of the job's environment, or ")}export "
                + $"{variables[0]}=postgresql://user:password@host:5432/database",
        };

    public static Problem SecretOnCommandLine(string option, string variable) =>
        Untouched(SecretCode, $"--{option} would show a secret to every process of this machine") with
        {
            Fix = $"set the variable {variable}"
                + (variable.StartsWith("DATABASE_URL", StringComparison.Ordinal) ? ", or name another one by --database-url-variable" : ""),
        };

    public static Problem SecretInFile(string key, SourceLocation location) =>
        Untouched(SecretCode, $"\"{key}\" is a secret and dbgate.json is committed") with
        {
            Location = location,
            Fix = "set the variable instead, or put it into an ignored .env file",
        };

    public static Problem TrackedSecret(string file) =>
        new(TrackedCode, $"git tracks {file}, which contains a secret of production")
        {
            Cause = "everybody with access to the repository can read it, also in its history",
            State = DatabaseState.Untouched,
            Location = new SourceLocation(file),
            Fix = new Fix("Change the password, stop tracking the file, and ignore it", FixCommand.Run("git", "rm", "--cached", file)),
        };

    public static Problem SecretNotIgnored(string file) =>
        new(NotIgnoredCode, $"{file} contains a secret of production, and git does not ignore it")
        {
            Severity = Severity.Warning,
            Cause = "the next \"git add .\" would commit it",
            State = DatabaseState.Untouched,
            Location = new SourceLocation(file),
            Fix = $"Add a line {file} to .gitignore",
        };

    public static Problem NoProject(string folder, string why) =>
        Untouched(
            ProjectCode, $"the project's folder {folder} cannot be used: {why}") with { Fix =
                "name the gated project's root: --project=<folder>" };

    public static Problem Internal(Exception exception) =>
        new(InternalCode, $"{exception.GetType().Name}: {exception.Message}")
        {
            Cause = exception.StackTrace?.Split('\n').FirstOrDefault()?.Trim(),
            State = "unknown: a fault of DbGate itself; treat the release as blocked",
            Fix = "run again; if it comes back, report it with the report file",
        };

    public static Problem Cancelled(string step) =>
        new(CancelledCode, $"{step} was cancelled") { State = "children were stopped; what the report lists as done is done", Fix =
            "run it again" };

    public static Problem ExpiredWaiver(Waiver waiver) =>
        Untouched(WaiverCode, $"the waiver for {waiver.Check} expired on {waiver.Expires:yyyy-MM-dd}") with
        {
            Cause = $"{waiver.Who}: {waiver.Reason}",
            Location = new SourceLocation("dbgate.json"),
            Fix = "put the cause right and remove the waiver, or renew it with a new date and reason",
        };

    public static Problem ReportNotWritten(string folder, string why) =>
        new(ReportCode, $"the report cannot be written to {folder}: {why}")
        {
            State = "the verdict above stands; only its files are missing",
            Fix = "make the folder writable, or choose one: --reports-folder=<folder>",
        };

    static Problem Untouched(ProblemCode code, string message) => new(code, message) { State = DatabaseState.NotContacted };
}
