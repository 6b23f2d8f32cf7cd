using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>uWSGI: the module, the hooks and the daemons of an ini file.</summary>
sealed class UwsgiFormat : IEntrypointFormat
{
    const string HookPrefix = "exec:";

    /// <summary>The five fields of a time come before the command.</summary>
    const int CronFields = 5;

    public bool StartsServices => true;

    public static bool IsByName(string name) =>
        name.EndsWith(".ini", StringComparison.Ordinal) && name.Contains("uwsgi", StringComparison.OrdinalIgnoreCase);

    public bool Reads(string file, string name) => IsByName(name);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "uWSGI runs it"));
        var lines = file.Text.Split('\n');
        var folder = lines.Select(Pair).FirstOrDefault(pair => pair is ("chdir", _)).Value ?? "";
        var scope = new Scope(RepositoryPath.Resolve("", folder.TrimStart('/')) is { } given && file.Repository.Contains($"{given}/.")
            ? given : file.Folder) { IsElsewhere = true };
        for (var index = 0; index < lines.Length; index++)
        {
            var (key, value) = Pair(lines[index]);
            if (value is not null && CommandOf(key, value) is { } command)
            {
                found.Add(SourceText.OnLine(file.Path, command, index + 1), $"{key} =", context, scope);
            }
        }
    }

    static string? CommandOf(string key, string value) => key switch
    {
        "module" or "wsgi" or "wsgi-file" or "file" => $"uwsgi --{key} {value}",
        _ when key.StartsWith("exec-", StringComparison.Ordinal) => value,
        _ when key.StartsWith("hook-", StringComparison.Ordinal) && value.StartsWith(HookPrefix, StringComparison.Ordinal) =>
            value[HookPrefix.Length..],
        "attach-daemon" => value,
        "smart-attach-daemon" => Behind(value, 1),
        "cron" or "unique-cron" => Behind(value, CronFields),
        _ => null,
    };

    static string? Behind(string value, int words) =>
        value.Split(' ', words + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { } parts
            && parts.Length > words
            ? parts[words] : null;

    static (string Key, string? Value) Pair(string line)
    {
        var text = line.Trim();
        return text.StartsWith(';') || text.StartsWith('#') || text.Split('=', 2) is not [var key, var value] ? ("", null)
            : (key.Trim(), value.Trim());
    }
}
