using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Following;

/// <summary>One inspection: the resolvers, the followers that call each other, and what belongs to the current entrypoint.</summary>
sealed class FollowSession
{
    /// <summary>Longer chains are cut: no real project has one.</summary>
    public const int LongestChain = 40;

    /// <summary>More commands than these from one entrypoint are cut.</summary>
    public const int MostCommands = 20_000;

    readonly HashSet<string> visited = new(StringComparer.Ordinal);
    readonly Dictionary<string, IReadOnlyList<ShellNode>> parsed = new(StringComparer.Ordinal);

    public FollowSession(Repository repository, Packages packages, CancellationToken cancellationToken)
    {
        (Repository, Packages, CancellationToken) = (repository, packages, cancellationToken);
        Owners = new PackageResolver(repository, packages);
        Files = new FileResolver(repository, Owners);
        Tasks = new TaskGraph(repository, packages);
        (Shell, Commands, Actions, Recorder) = (new ShellFollower(this), new SimpleCommandFollower(this), new ActionFollower(this), new CommandRecorder(this));
        (FileRuns, Programs, Scripts, Targets) = (new FileFollower(this), new ProgramFollower(this), new ScriptFollower(this), new TargetFollower(this));
    }

    public Repository Repository { get; }

    public Packages Packages { get; }

    public CancellationToken CancellationToken { get; }

    public PackageResolver Owners { get; }

    public FileResolver Files { get; }

    public TaskGraph Tasks { get; }

    public ShellFollower Shell { get; }

    public SimpleCommandFollower Commands { get; }

    public ActionFollower Actions { get; }

    public CommandRecorder Recorder { get; }

    public FileFollower FileRuns { get; }

    public ProgramFollower Programs { get; }

    public ScriptFollower Scripts { get; }

    public TargetFollower Targets { get; }

    public FollowLog Log { get; } = new();

    /// <summary>The entrypoint that is being followed.</summary>
    public Entrypoint Entry { get; private set; } = null!;

    /// <summary>The number of commands that this entrypoint ran so far.</summary>
    public int Steps { get; set; }

    public void Begin(Entrypoint entry)
    {
        (Entry, Steps) = (entry, 0);
        visited.Clear();
    }

    public IReadOnlyList<ShellNode> Parse(SourceText source) =>
        parsed.TryGetValue(source.Text, out var known) ? known : parsed[source.Text] = ShellParser.Parse(source.Text);

    /// <summary>Remembers a place on this entrypoint's way; false when it was there before.</summary>
    public bool Enter(string place, Scope scope) =>
        visited.Add($"{place}|{scope.Folder}|{scope.DevelopmentOnly is null}|{string.Join(' ', scope.Variables.Positional?.Select(argument => argument.Text) ?? [])}|{string.Join(',', scope.EnvironmentNames)}");

    public void LeaveOpen(CallSite site, string reason) => Log.LeaveOpen(site, reason, Entry.Context);
}
