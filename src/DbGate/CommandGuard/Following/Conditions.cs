using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Following;

/// <summary>What a condition states about production: why a branch is not for it, or null.</summary>
/// <param name="WhenTrue">Why production does not come here when the condition holds.</param>
/// <param name="WhenFalse">Why production does not come here when it does not hold.</param>
sealed record ConditionMeaning(string? WhenTrue, string? WhenFalse)
{
    public static ConditionMeaning None { get; } = new(null, null);

    public string? Guard(bool isAnd) => isAnd ? WhenTrue : WhenFalse;

    public ConditionMeaning And(ConditionMeaning other) => new(WhenTrue ?? other.WhenTrue, null);
}

/// <summary>Reads tests of environment names: <c>[ "$NODE_ENV" = development ]</c>.</summary>
static class Conditions
{
    public static ConditionMeaning From(ShellNode node, Scope scope)
    {
        if (node is AndOr { Rest: var rest } list)
        {
            return rest.All(entry => entry.IsAnd)
                ? rest.Aggregate(From(list.First, scope), (meaning, entry) => meaning.And(From(entry.Node, scope)))
                : ConditionMeaning.None;
        }

        if (node is not SimpleCommand { Words: [var test, var subject, var comparison, var value, ..] } command
            || test.Literal is not ("[" or "[[" or "test"))
        {
            return ConditionMeaning.None;
        }

        var isEqual = comparison.Literal is "=" or "==" or "=~" or "-eq";
        if ((!isEqual && comparison.Literal != "!=") || Environments.VariableOf(subject) is not { } name
            || value.Literal is not { } expected
            || command.Words.Count > 5 || !Environments.IsEnvironmentVariable(name))
        {
            return ConditionMeaning.None;
        }

        var text = $"{subject.Raw} {comparison.Raw} {value.Raw}";
        if (Environments.IsDevelopment(expected))
        {
            return isEqual ? new ConditionMeaning($"runs only when {text}", null) : new ConditionMeaning(null, $"runs only unless {text}");
        }

        // "Everything but production" is safe only where production is known to state that it is production.
        return Environments.IsProduction(expected) && scope.Environment.TryGetValue(name, out var actual) && actual == expected
            ? isEqual ? new ConditionMeaning(null, $"runs only unless {text}, and {name}={actual} is set here")
                : new ConditionMeaning($"runs only when {text}, and {name}={actual} is set here", null)
            : ConditionMeaning.None;
    }

    /// <summary>The known value that a <c>case</c> decides by: a positional parameter of the call.</summary>
    public static string? SubjectOf(Word subject, Scope scope) =>
        Environments.VariableOf(subject) is { } name && name.All(char.IsAsciiDigit) && scope.Variables.Of(name) is [var value]
            && !value.Contains(Argument.Unknown, StringComparison.Ordinal)
            ? value
            : null;

    public static string? OfArm(Word subject, IReadOnlyList<string> patterns) =>
        Environments.VariableOf(subject) is { } name && Environments.IsEnvironmentVariable(name) && patterns.Count > 0
            && patterns.All(Environments.IsDevelopment)
            ? $"runs only when {subject.Raw} is {string.Join(" or ", patterns)}"
            : null;
}
