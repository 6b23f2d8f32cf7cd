using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Following;

/// <summary>What following entrypoints met: commands, places it could not follow, files, settings.</summary>
sealed class FollowLog
{
    readonly List<ReachedCommand> reached = [];
    readonly Dictionary<(Problems.SourceLocation, string), NotFollowed> open = [];
    readonly HashSet<string> files = new(StringComparer.Ordinal);
    readonly List<Setting> settings = [];

    /// <summary>The commands that were reached, unjudged.</summary>
    public IReadOnlyList<ReachedCommand> Reached => reached;

    /// <summary>The places that could not be followed, each once, for the path nearest to production.</summary>
    public IEnumerable<NotFollowed> Open => open.Values.Where(place => place.Context != PathClass.Ignored);

    /// <summary>The files that any entrypoint ran.</summary>
    public IReadOnlySet<string> Files => files;

    /// <summary>Variables that scripts on the way export.</summary>
    public IReadOnlyList<Setting> Settings => settings;

    /// <summary>The first harmless operation that was met.</summary>
    public string? AllowedOperation { get; private set; }

    public bool MetAllowed => AllowedOperation is not null;

    public void Add(ReachedCommand command) => reached.Add(command);

    public void AddFile(string file) => files.Add(file);

    public void Add(Setting setting) => settings.Add(setting);

    public void Allow(string operation) => AllowedOperation ??= operation;

    public void LeaveOpen(CallSite site, string reason, ContextJudgement context, bool isDecisive, bool isStart = false)
    {
        var place = new NotFollowed(site.Location, site.Text, reason) { Context = context.Class, IsDecisive = isDecisive,
            IsStart = isStart };
        var key = (site.Location, reason);
        if (!open.TryGetValue(key, out var known))
        {
            open[key] = place;
        }
        else
        {
            open[key] = (NotFollowedOrder.Rank(place) < NotFollowedOrder.Rank(known) ? place : known) with { IsStart = place.IsStart
                || known.IsStart };
        }
    }

    /// <summary>Lets the commands from an index on end at another place, where they do not go further.</summary>
    public void EndAt(int first, int hops, CallPath path)
    {
        for (var index = first; index < reached.Count; index++)
        {
            if (reached[index].Hops.Count == hops + 1)
            {
                reached[index] = reached[index] with { Hops = [.. path.Before, path.CallSite with { Text = path.Full }] };
            }
        }
    }
}
