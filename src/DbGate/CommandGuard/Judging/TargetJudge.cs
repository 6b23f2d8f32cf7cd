using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.CommandGuard.Judging;

/// <summary>Which kind of database a command reaches.</summary>
enum TargetClass
{
    /// <summary>It cannot be told.</summary>
    Unknown,

    /// <summary>A database of this machine, of the job, or of an environment that is named as development.</summary>
    Development,

    /// <summary>A database on another machine.</summary>
    Remote,
}

/// <summary>The database that a command reaches.</summary>
/// <param name="Class">Its kind.</param>
/// <param name="Reason">How that is known, without secrets.</param>
/// <param name="IsExplicit">The command line or the environment of the call reports it, not a file that the tool may read.</param>
sealed record CommandTarget(TargetClass Class, string Reason, bool IsExplicit = true)
{
    public static CommandTarget Unknown { get; } = new(TargetClass.Unknown, "nothing says which database it reaches");

    /// <summary>The URL, where one is known. It may hold a password: it never goes into a text.</summary>
    public string? Url { get; init; }
}

/// <summary>Reports which database a command reaches: by its options, its variables, and the environment files that its tool reads.
/// Pure.</summary>
static class TargetJudge
{
    /// <param name="reached">The command.</param>
    /// <param name="read">The text of a file of the project; null when there is none.</param>
    public static CommandTarget From(ReachedCommand reached, Func<string, string?> read)
    {
        var (command, scope) = (reached.Command, reached.Scope);
        return ByOptions(command, scope) ?? ByVariables(command.Tool, scope) ?? ByEnvironment(command, scope)
            ?? ByNamedFiles(command, scope, read)
            ?? (command.Tool.IsLocal && !scope.IsElsewhere ? new CommandTarget(TargetClass.Development, "it reaches this machine", false)
                : null)
            ?? ByLoadedFiles(command.Tool, scope, read) ?? CommandTarget.Unknown;
    }

    /// <summary>The class of a URL, or of a connection string of libpq, JDBC or .NET.</summary>
    public static CommandTarget? OfUrl(string url, string from, IEnumerable<string> services)
    {
        if (url.Contains(Argument.Unknown, StringComparison.Ordinal) && !url.Contains("@localhost", StringComparison.Ordinal)
            && !url.Contains("@127.0.0.1", StringComparison.Ordinal))
        {
            return null;
        }

        var text = url.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase) ? url[5..] : url;
        if (Environments.IsLocalDatabase(text, services))
        {
            return new CommandTarget(TargetClass.Development, $"{from} is a local database") { Url = url };
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            return Environments.IsBareHost(text) ? null : new CommandTarget(TargetClass.Remote,
                $"{from} is a database on another machine") { Url = url };
        }

        var host = text.Split(';', ' ').Select(part => part.Split('=', 2))
            .FirstOrDefault(pair => pair is [var key, _] && key.Trim().ToLowerInvariant() is "host" or "server" or "data source")?[1]
            .Trim();
        return host is null ? null : OfHost(host, from) is { } found ? found with { Url = url } : null;
    }

    static CommandTarget? OfHost(string host, string from) =>
        host.Contains(Argument.Unknown, StringComparison.Ordinal) ? null
        : host is "localhost" or "127.0.0.1" or "::1" or "host.docker.internal" || host.StartsWith('/')
            ? new CommandTarget(TargetClass.Development, $"{from} is this machine")
        : host.Contains('.', StringComparison.Ordinal) ? new CommandTarget(TargetClass.Remote, $"{from} is another machine")
        : null;

    static CommandTarget? ByOptions(ToolCommand command, Scope scope)
    {
        if (command.Call is not { } call)
        {
            return null;
        }

        var url = call.Value(command.Tool.UrlOptions) ?? (command.Tool.UrlOptions.Contains("0") && call.Words.Count > 0
            && (call.Words[0].Text.Contains("://", StringComparison.Ordinal)
            || call.Words[0].Text.Contains('=', StringComparison.Ordinal)) ? call.Words[0].Text : null);
        if (url is not null && OfUrl(url, "the URL in the command", Services(scope)) is { } target)
        {
            return target;
        }

        if (url is not null)
        {
            return null;
        }

        var host = call.Value(command.Tool.HostOptions) ?? command.Tool.HostOptions.Where(name => name[0] != '-')
            .Select(name => scope.Environment.GetValueOrDefault(name)).FirstOrDefault(value => value is not null);
        return host is null ? null : OfHost(host, "the host in the command");
    }

    static CommandTarget? ByVariables(Tool tool, Scope scope)
    {
        var known = tool.Variables.Select(name => (Name: name, Value: scope.Environment.GetValueOrDefault(name)))
            .Where(pair => pair.Value is not null)
            .Select(pair => pair.Name.EndsWith("HOST", StringComparison.Ordinal) ? OfHost(pair.Value!, pair.Name)
                : OfUrl(pair.Value!, pair.Name, Services(scope))).ToList();
        return known.Count == 0 || known.Any(target => target is null) ? null
            : known.FirstOrDefault(target => target!.Class == TargetClass.Remote) ?? known[0];
    }

    static CommandTarget? ByEnvironment(ToolCommand command, Scope scope)
    {
        var named = command.Tool.EnvironmentOptions.Select(name =>
            (Name: name, Value: name[0] == '-' ? command.Call?.Value([name]) : scope.Environment.GetValueOrDefault(name)))
            .Concat(command.Tool.EachWord ? command.Arguments.Select(argument => argument.Text.Split('=', 2))
                .Where(pair => pair.Length == 2 && command.Tool.EnvironmentOptions.Contains(pair[0]))
                .Select(pair => (Name: pair[0], Value: (string?)pair[1])) : [])
            .FirstOrDefault(pair => pair.Value is not null);
        return named.Value is { } value && Environments.IsDevelopment(value)
            ? new CommandTarget(TargetClass.Development, $"{named.Name} is {value}") : null;
    }

    /// <summary>A file that the command line names: <c>dotenv -e .env.test</c>, <c>docker compose -f docker-compose.dev.yml</c>.</summary>
    static CommandTarget? ByNamedFiles(ToolCommand command, Scope scope, Func<string, string?> read)
    {
        IReadOnlyList<string> names = [.. scope.EnvironmentNames, .. command.Call?.Values(command.Tool.NamingOptions) ?? []];
        foreach (var name in names)
        {
            if (RepositoryPath.Resolve(scope.Folder, name) is { } path
                && OfFile(command.Tool, path, read) is { Class: TargetClass.Remote } remote)
            {
                return remote;
            }
        }

        return names.FirstOrDefault(name => Environments.IsDevelopment(RepositoryPath.Name(name))) is { } file
            ? new CommandTarget(TargetClass.Development, $"it uses {file}")
            : null;
    }

    static CommandTarget? ByLoadedFiles(Tool tool, Scope scope, Func<string, string?> read) =>
        scope.IsElsewhere ? null
        : tool.Loads.Concat([".env"]).SelectMany(name => (string?[])[RepositoryPath.Resolve(scope.Folder, name), name]).OfType<string>()
            .Distinct()
            .Select(path => OfFile(tool, path, read)).FirstOrDefault(target => target is not null);

    static CommandTarget? OfFile(Tool tool, string path, Func<string, string?> read)
    {
        if (!RepositoryPath.Name(path).Contains("env", StringComparison.OrdinalIgnoreCase) || read(path) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            var entries = DotEnvFile.Parse(text, path, new Dictionary<string, string>());
            var known = tool.Variables.Select(name => entries.LastOrDefault(entry => entry.Name == name))
                .Where(entry => entry?.Value.Length > 0)
                .Select(entry => entry!.Name.EndsWith("HOST", StringComparison.Ordinal) ? OfHost(entry.Value, $"{entry.Name} in {path}")
                    : OfUrl(entry.Value, $"{entry.Name} in {path}", [])).OfType<CommandTarget>().ToList();
            return (known.FirstOrDefault(target => target.Class == TargetClass.Remote) ?? known.FirstOrDefault()) is { } target
                ? target with { IsExplicit = false } : null;
        }
        catch (GateException)
        {
            return null;
        }
    }

    static IEnumerable<string> Services(Scope scope) => scope.Environment.GetValueOrDefault(CommandJudge.ServicesKey, "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
