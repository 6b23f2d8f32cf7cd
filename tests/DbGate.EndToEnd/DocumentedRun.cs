namespace DbGate.EndToEnd;

/// <summary>A command of the README or of a guide, and what comes of it in a project that was released before.</summary>
/// <param name="Command">As the page has it, in the tool's spelling.</param>
/// <param name="ExitCodes">How it may end.</param>
sealed record DocumentedRun(string Command, params int[] ExitCodes)
{
    /// <summary>Part of what it prints.</summary>
    public string Shows { get; init; } = "";

    /// <summary>What another program writes into it.</summary>
    public string? Input { get; init; }

    /// <summary>What a person types, where it asks on a terminal.</summary>
    public string[]? Answers { get; init; }

    /// <summary>What a person puts in the place of an example or a placeholder.</summary>
    public IReadOnlyDictionary<string, string> Filled { get; init; } = new Dictionary<string, string>();

    /// <summary>Makes in the project what the page takes for granted.</summary>
    public Func<NewcomerProject, Task>? Before { get; init; }

    /// <summary>The command that is typed.</summary>
    public async Task<string> FillAsync(NewcomerProject project)
    {
        await (Before?.Invoke(project) ?? Task.CompletedTask);
        var typed = Filled.Aggregate(Command, (so, one) => so.Replace(one.Key, one.Value, StringComparison.Ordinal));
        return typed.Replace("<database>", project.Database.Url.Database, StringComparison.Ordinal)
            .Replace("<digest>", NewestPlan(project), StringComparison.Ordinal)
            .Replace("shop_production_20261122_060000.sql.gz", NewestBackup(project), StringComparison.Ordinal);
    }

    static string NewestPlan(NewcomerProject project) => Path.GetFileNameWithoutExtension(
        new DirectoryInfo(Path.Combine(project.Folder, "backups", "plans")).GetFiles("*.json").MaxBy(file => file.LastWriteTimeUtc)!.Name);

    static string NewestBackup(NewcomerProject project) => Path.GetFileName(
        Directory.GetFiles(Path.Combine(project.Folder, "backups"), "*_production_*.sql.gz").Order(StringComparer.Ordinal).Last());
}
