using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Prisma;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows an entrypoint through everything it runs, and collects the Prisma commands it meets.</summary>
sealed partial class Walker(Repository repository, Packages packages, CancellationToken ct)
{
    /// <summary>Longer chains are cut: no real project has one.</summary>
    const int LongestChain = 40;

    /// <summary>More commands than these from one entrypoint are cut.</summary>
    const int MostCommands = 20_000;

    readonly HashSet<string> visited = new(StringComparer.Ordinal);
    readonly Dictionary<string, IReadOnlyList<ShellNode>> parsed = new(StringComparer.Ordinal);
    readonly List<ReachedCommand> reached = [];
    readonly List<(NotFollowed Place, ContextJudgement Context)> open = [];
    readonly HashSet<string> files = new(StringComparer.Ordinal);
    readonly List<Setting> settings = [];
    Entrypoint entry = null!;
    int steps;

    public IReadOnlyList<ReachedCommand> Reached => reached;

    public IEnumerable<NotFollowed> Open => open.Where(at => at.Context.Class is not (PathClass.Development or PathClass.Ignored)).Select(at => at.Place);

    /// <summary>The files that any entrypoint ran.</summary>
    public IReadOnlySet<string> Files => files;

    /// <summary>Variables that scripts on the way export.</summary>
    public IReadOnlyList<Setting> Settings => settings;

    /// <summary>The first harmless operation that was met.</summary>
    public string? AllowedOperation { get; private set; }

    public bool MetAllowed => AllowedOperation is not null;

    public void Follow(Entrypoint next)
    {
        (entry, steps) = (next, 0);
        visited.Clear();
        if (next.Via.Count > 0)
        {
            files.Add(next.File);
        }

        if (next.Arguments is { } arguments)
        {
            var source = next.Frame.Source;
            var text = Shorten($"{next.Frame.Label} {string.Join(' ', arguments.Select(argument => argument.Text))}");
            Act(CommandReader.Read(arguments), new CallPath(next.Via, new CallSite(new SourceLocation(source.File, source.LineAt(0)), text), text), next.Scope, null);
        }
        else
        {
            Run(next.Frame, Parse(next.Frame.Source), next.Scope, next.Via);
        }
    }

    IReadOnlyList<ShellNode> Parse(SourceText source) =>
        parsed.TryGetValue(source.Text, out var known) ? known : parsed[source.Text] = ShellParser.Parse(source.Text);

    /// <summary>Remembers a place on this entrypoint's way; false when it was there before.</summary>
    bool Enter(string place, Scope scope) =>
        visited.Add($"{place}|{scope.Folder}|{scope.DevelopmentOnly is null}|{string.Join(' ', scope.Variables.Positional?.Select(argument => argument.Text) ?? [])}|{string.Join(',', scope.EnvironmentNames)}");

    void Reach(RunsPrisma action, CallPath trail, Scope scope)
    {
        var command = action.Command;
        if (command.IsOpen && command.Arguments.Count > 0)
        {
            LeaveOpen(trail.CallSite, "what prisma is asked to do is not known before it runs");
        }

        if (command.Class == CommandClass.Allowed)
        {
            AllowedOperation ??= command.Operation;
        }

        if (command.Class is CommandClass.Destructive or CommandClass.HistoryRewriting && !(scope.IsGuess && HasStrayWords(command)))
        {
            IReadOnlyList<CallSite> hops = [.. trail.Before, trail.CallSite with { Text = trail.Full }];
            reached.Add(new ReachedCommand(command, hops, PathClassifier.AtCommand(entry.Context, scope, command)));
        }

        if (command.Operation is "db seed" or "migrate reset" or "migrate dev" && packages.Nearest(Native(scope).Folder) is { Seed: { } seed } && Enter(seed.File + "#seed", scope))
        {
            Run(new Frame(seed, "\"prisma.seed\"", true), Parse(seed), Native(scope), trail.Further());
        }
    }

    public static string Written(PrismaCommand command) => Shorten("prisma " + string.Join(' ', command.Arguments.Select(argument => Redact(argument.Raw))));

    /// <summary>"prisma db push failed" is a message, not a command.</summary>
    static bool HasStrayWords(PrismaCommand command)
    {
        var words = command.Operation.Count(c => c == ' ') + 1;
        var afterOption = false;
        foreach (var argument in command.Arguments)
        {
            var isOption = argument.Text.StartsWith('-');
            if (!isOption && !afterOption && --words < 0)
            {
                return true;
            }

            afterOption = isOption;
        }

        return false;
    }

    void LeaveOpen(CallSite hop, string reason)
    {
        if (!open.Any(at => at.Place.Location == hop.Location && at.Place.Reason == reason))
        {
            open.Add((new NotFollowed(hop.Location, hop.Text, reason), entry.Context));
        }
    }

    /// <summary>One line, without a password in a URL.</summary>
    internal static string Shorten(string text)
    {
        var line = Redact(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word != "\\")));
        return line.Length <= 160 ? line : line[..157] + "…";
    }

    static string Redact(string text) => text.Contains("://", StringComparison.Ordinal) ? Secrets().Replace(text, "$1***@") : text;

    [System.Text.RegularExpressions.GeneratedRegex("""(://)[^\s/@'"]*(?::[^\s'"@]*)?@""")]
    private static partial System.Text.RegularExpressions.Regex Secrets();
}

/// <summary>The chain up to and including the place that is being looked at.</summary>
/// <param name="Before">The hops that led here.</param>
/// <param name="CallSite">This place, as a hop on the way shows it.</param>
/// <param name="Full">This place's text when it is the last hop.</param>
sealed record CallPath(ImmutableList<CallSite> Before, CallSite CallSite, string Full)
{
    public ImmutableList<CallSite> Further() => Before.Add(CallSite);
}
