using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

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

    public FollowSession(Repository repository, Packages packages, FileRoles roles, CancellationToken cancellationToken)
    {
        (Repository, Packages, Roles, CancellationToken) = (repository, packages, roles, cancellationToken);
        ConsoleScripts = new ConsoleScripts(repository, packages);
        Owners = new PackageResolver(repository, packages);
        Files = new FileResolver(repository, Owners);
        Tasks = new TaskGraph(repository, packages);
        Imports = new ImportResolver(repository, packages);
        (Shell, Commands, Actions, Tools, Sql, Code) = (new ShellFollower(this), new SimpleCommandFollower(this), new ActionFollower(this),
            new ToolFollower(this), new SqlFollower(this), new CodeFollower(this));
        (FileRuns, Programs, Scripts, Targets) = (new FileFollower(this), new ProgramFollower(this), new ScriptFollower(this),
            new TargetFollower(this));
        (Uses, Compiled) = (new UseFollower(this), new ProjectFollower(this));
        (Frameworks, Elixir) = (new FrameworkFollower(this), new ElixirFollower(this));
    }

    public Repository Repository { get; }

    public Packages Packages { get; }

    public CancellationToken CancellationToken { get; }

    public PackageResolver Owners { get; }

    public FileResolver Files { get; }

    public TaskGraph Tasks { get; }

    public ImportResolver Imports { get; }

    public ShellFollower Shell { get; }

    public SimpleCommandFollower Commands { get; }

    public ActionFollower Actions { get; }

    public ToolFollower Tools { get; }

    public SqlFollower Sql { get; }

    public CodeFollower Code { get; }

    public FileFollower FileRuns { get; }

    public ProgramFollower Programs { get; }

    public ScriptFollower Scripts { get; }

    public TargetFollower Targets { get; }

    public UseFollower Uses { get; }

    public ProjectFollower Compiled { get; }

    public FrameworkFollower Frameworks { get; }

    public ElixirFollower Elixir { get; }

    public FileRoles Roles { get; }

    public ConsoleScripts ConsoleScripts { get; }

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
        visited.Add(string.Join(
            '|',
            place,
            scope.Folder,
            scope.DevelopmentOnly is null,
            string.Join(' ', scope.Variables.Positional?.Select(argument => argument.Text) ?? []),
            string.Join(',', scope.EnvironmentNames)));

    /// <summary>Notes a place that cannot be followed.</summary>
    /// <param name="site">The place.</param>
    /// <param name="reason">Why it cannot be followed.</param>
    /// <param name="isDecisive">True where anything may run: production must not go there.</param>
    public void LeaveOpen(CallSite site, string reason, bool isDecisive = false) =>
        Log.LeaveOpen(site, reason, Entry.Context, isDecisive, IsAtStart(site));

    /// <summary>In the file that starts the image or service, or in the script of a package that it names.</summary>
    bool IsAtStart(CallSite site) => Entry.IsStart && (site.Location.File == Entry.File
        || RepositoryPath.Name(site.Location.File) == "package.json");

    /// <summary>Notes a command that cannot be judged: production must not run it, unless it only builds an image or is a guess.</summary>
    /// <param name="site">The place.</param>
    /// <param name="reason">Why it cannot be judged.</param>
    /// <param name="scope">What is known there.</param>
    public void CannotTell(CallSite site, string reason, Scope scope) =>
        Log.LeaveOpen(site, reason, scope.DevelopmentOnly is { } why ? new ContextJudgement(PathClass.Development, why) : Entry.Context,
            isDecisive: !Entry.IsBuildStep && !Entry.IsConventional && !scope.IsGuess);

    /// <summary>Follows an entrypoint that another one leads to.</summary>
    public void FollowInside(Entrypoint entry, Scope scope)
    {
        if (entry.Via.Count > 0)
        {
            Log.AddFile(entry.File);
        }

        if (entry.Action is { } action)
        {
            var text = entry.Frame.Label;
            Actions.Act([action], new CallPath(entry.Via, new CallSite(new SourceLocation(entry.File, entry.Frame.Source.LineAt(0)), text),
                text), scope, null);
        }
        else if (entry.Arguments is { } arguments)
        {
            var source = entry.Frame.Source;
            var text = CallText.Shorten($"{entry.Frame.Label} {string.Join(' ', arguments.Select(argument => argument.Text))}");
            Actions.Act(CommandReader.Read(arguments), new CallPath(entry.Via,
                new CallSite(new SourceLocation(source.File, source.LineAt(0)), text), text), scope, null);
        }
        else
        {
            Shell.Run(entry.Frame, Parse(entry.Frame.Source), scope, entry.Via);
        }
    }
}
