using DbGate.Problems;

namespace DbGate.Migrations.Lint;

/// <summary>What can be wrong with a waiver. The rules bring their own codes.</summary>
static class LintProblems
{
    public static readonly ProblemCode WaiverExpiredCode = new("DBG0280", "A waiver in a migration has expired", ExitCode.Blocked);
    public static readonly ProblemCode WaiverMalformedCode = new("DBG0281", "A waiver in a migration cannot be read", ExitCode.Blocked);
    public static readonly ProblemCode WaiverUnusedCode = new("DBG0282", "A waiver in a migration is unused", ExitCode.Blocked);

    const string Form = "-- dbgate:allow <rule> until <yyyy-MM-dd> reason: <why>";

    public static Problem WaiverExpired(LintWaiver waiver, SourceLocation location) =>
        Problem(
            WaiverExpiredCode, Severity.Error, $"the waiver for {string.Join(", ", waiver.Rules)} held until {waiver.Until:yyyy-MM-dd}",
            location) with
        {
            Cause = $"its reason was: {waiver.Reason}",
            Fix = "deal with the finding, or decide again and write a new date",
        };

    public static Problem WaiverTooLong(LintWaiver waiver, SourceLocation location) =>
        Problem(
            WaiverMalformedCode, Severity.Error,
            $"the waiver for {string.Join(", ", waiver.Rules)} ends on {waiver.Until:yyyy-MM-dd}, more than a year from now", location) with
        {
            Fix = "write a last day within a year",
        };

    public static Problem WaiverMalformed(SourceLocation location) =>
        Problem(
            WaiverMalformedCode, Severity.Error, "the waiver lacks its rule, its last day or its reason", location) with { Fix =
                $"write {Form}" };

    public static Problem WaiverForUnknownRule(string rule, SourceLocation location) =>
        Problem(WaiverMalformedCode, Severity.Error, $"no rule is called '{rule}'", location) with
        {
            Fix = $"use one of {string.Join(", ", LintCatalog.Rules.Select(known => known.Name))}",
        };

    public static Problem WaiverUnused(LintWaiver waiver, SourceLocation location) =>
        Problem(
            WaiverUnusedCode, Severity.Information, $"nothing is found that the waiver for {string.Join(", ", waiver.Rules)} covers",
            location) with
        {
            Fix = "put it directly before the statement it means, or remove it",
        };

    static Problem Problem(ProblemCode code, Severity severity, string message, SourceLocation location) =>
        new(code, message) { Severity = severity, Location = location, State = DatabaseState.NotContacted };
}
