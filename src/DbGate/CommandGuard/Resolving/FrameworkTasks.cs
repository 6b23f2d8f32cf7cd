using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>A task that a project defines for its framework.</summary>
/// <param name="Body">What it does.</param>
/// <param name="Needs">Tasks that run with it, as the same framework names them.</param>
sealed record FrameworkTask(SourceText Body, IReadOnlyList<SourceText> Needs);

/// <summary>Finds the tasks that projects define: rake files, console commands of Laravel, aliases and tasks of mix.</summary>
sealed partial class FrameworkTasks(Repository repository)
{
    IReadOnlyList<string>? rakeFiles;

    /// <summary>The definitions of a task of rake. A namespace around it is not compared: its last name is enough.</summary>
    public IEnumerable<FrameworkTask> Rake(string name)
    {
        rakeFiles ??= [.. repository.Named("Rakefile").Concat(repository.Under("lib/tasks")
            .Where(file => file.EndsWith(".rake", StringComparison.Ordinal)))];
        var last = Regex.Escape(name[(name.LastIndexOf(':') + 1)..]);
        foreach (var file in rakeFiles)
        {
            if (repository.Read(file).Text is not { } text)
            {
                continue;
            }

            foreach (Match match in Regex.Matches(text,
                $@"^([ \t]*)(?:task|multitask)[ \t(]+(?:[:""']{{1,2}}{last}\b[""']?|{last}:)([^\r\n]*)", RegexOptions.Multiline))
            {
                if (!name.Split(':')[..^1].All(space => Regex.IsMatch(text, $@"namespace[ \t(]+[:""']{Regex.Escape(space)}\b")))
                {
                    continue;
                }

                var close = Regex.Match(text[(match.Index + match.Length)..],
                    $@"^{match.Groups[1].Value}(?:end\b|task\b|desc\b|namespace\b)", RegexOptions.Multiline);
                var body = SourceText.Whole(file, text).Slice(match.Index, close.Success ? match.Length + close.Index
                    : text.Length - match.Index);
                var line = body.LineAt(0);
                var invoked = Invoked().Matches(body.Text).Select(each =>
                    SourceText.OnLine(file, each.Groups[1].Value, body.LineAt(each.Index)));
                yield return new FrameworkTask(body, [.. Needed().Matches(Needs(match))
                    .Select(need => SourceText.OnLine(file, need.Groups[1].Value, line)).Where(need => need.Text != "environment"),
                    .. invoked]);
            }
        }
    }

    /// <summary>What is behind a task's name: its colon, in <c>task deploy: ["db:reset"]</c>, belongs to the name.</summary>
    static string Needs(Match task) => (task.Value[..^task.Groups[2].Length].EndsWith(':') ? ":" : "") + task.Groups[2].Value;

    /// <summary>The class of a console command of Laravel.</summary>
    public IEnumerable<FrameworkTask> Artisan(string name)
    {
        var escaped = Regex.Escape(name);
        foreach (var file in repository.Under("app").Concat(repository.In("routes"))
            .Where(file => file.EndsWith(".php", StringComparison.Ordinal)))
        {
            if (repository.Read(file).Text is { } text && Regex.IsMatch(text,
                $@"(?:\$signature|\$name)\s*=\s*['""]\s*{escaped}(?![\w:-])|AsCommand\(\s*(?:name:\s*)?['""]{escaped}['""]"
                    + $@"|Artisan::command\(\s*['""]{escaped}(?![\w:-])"))
            {
                var body = SourceText.Whole(file, text);
                yield return new FrameworkTask(body, [.. Called().Matches(text)
                    .Select(call => SourceText.OnLine(file, call.Groups[1].Value, body.LineAt(call.Index)))]);
            }
        }
    }

    /// <summary>An alias of <c>mix.exs</c>, or a task that is a module.</summary>
    public IEnumerable<FrameworkTask> Mix(string name)
    {
        foreach (var file in repository.Named("mix.exs"))
        {
            if (repository.Read(file).Text is { } text && Regex.Match(text, $@"^\s*""?{Regex.Escape(name)}""?:\s*(\[[^\]]*\]|""[^""]*"")",
                RegexOptions.Multiline) is { Success: true } alias)
            {
                var source = SourceText.Whole(file, text);
                yield return new FrameworkTask(SourceText.OnLine(file, "", source.LineAt(alias.Index)),
                    [.. Quoted().Matches(alias.Groups[1].Value)
                    .Select(need => SourceText.OnLine(file, need.Groups[1].Value, source.LineAt(alias.Groups[1].Index + need.Index)))]);
            }
        }
    }

    [GeneratedRegex("""Rake(?:::Task|\.application)\[["']([\w:]+)["']\]\.(?:invoke|execute)""")]
    private static partial Regex Invoked();

    [GeneratedRegex("""(?:=>|:)[ \t]*\[?[ \t]*[:"']([\w:]+)|,[ \t]*[:"']([\w:]+)""")]
    private static partial Regex Needed();

    [GeneratedRegex("""->(?:call|callSilent|callSilently|runCommand)\(\s*['"]([\w:.-]+)['"]""")]
    private static partial Regex Called();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
