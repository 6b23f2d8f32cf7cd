using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>Alembic: the ledger holds the current heads only; what is applied is every ancestor of them.</summary>
sealed partial class AlembicTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("alembic", "Alembic", "alembic_version")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "alembic upgrade head",
        Status = "alembic current --check-heads",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited.",
            "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        string[] files =
            [.. project.Files.Where(file => file.EndsWith(".py", StringComparison.Ordinal)
                && ProjectTree.NameOf(ProjectTree.FolderOf(file)) == "versions"
                && Down().IsMatch(project.Text(file))
                && Revision().IsMatch(project.Text(file)))];
        return files.Select(ProjectTree.FolderOf)
            .Distinct()
            .Select(folder => new ToolEvidence(this, folder, $"{files[0]} has revision and down_revision"));
    }

    public override MigrationFolder Read(string root, string folder)
    {
        try
        {
            if (!Folders.Exists(folder))
            {
                return new MigrationFolder(folder, false, []) { Tool = this };
            }

            var (found, problems) = (new List<Migration>(), new List<Problem>());
            foreach (var path in Directory.EnumerateFiles(folder, "*.py", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var text = File.ReadAllText(path);
                if (Revision().Match(text) is not { Success: true } revision)
                {
                    continue;
                }

                var shown = Path.GetRelativePath(root, path).Replace('\\', '/');
                var (down, depends) = (Down().Match(text), DependsOn().Match(text));
                if (!down.Success)
                {
                    problems.Add(
                        ToolProblems.NotJudged(
                            this, $"what {shown} follows", "its down_revision is not a literal", "Write down_revision as a literal"));
                }

                found.Add(Migration.ReadFile(revision.Groups[1].Value, path, shown, null) with
                {
                    HasSql = false,
                    Parents = [.. Literal()
                        .Matches(down.Value[(down.Value.IndexOf('=', StringComparison.Ordinal) + 1)..])
                        .Concat(Literal().Matches(depends.Value))
                        .Select(one => one.Groups[1].Value)],
                });
            }

            problems.AddRange(found.GroupBy(one => one.Name, StringComparer.Ordinal).Where(same => same.Count() > 1)
                .Select(same =>
                    ToolProblems.History(
                        this, $"{string.Join(" and ", same.Select(one => one.ShownAs))} have the same revision {same.Key}", null,
                        "Give one of them another revision")));
            Migration[] migrations = [.. found.DistinctBy(one => one.Name)];
            problems.AddRange(Unknown(migrations));
            problems.AddRange(Heads(migrations));
            return new MigrationFolder(folder, true, Ordered(migrations)) { Tool = this, Problems = problems };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    IEnumerable<Problem> Unknown(Migration[] migrations) =>
        from one in migrations
        from parent in one.Parents
        where migrations.All(other => other.Name != parent)
        select ToolProblems.History(this, $"{one.ShownAs} follows {parent}, which no file has", null, $"Commit the migration {parent}");

    IEnumerable<Problem> Heads(Migration[] migrations)
    {
        var parents = migrations.SelectMany(one => one.Parents).ToHashSet(StringComparer.Ordinal);
        string[] heads = [.. migrations.Where(one => !parents.Contains(one.Name)).Select(one => one.Name)];
        if (heads.Length > 1)
        {
            yield return ToolProblems.History(
                this, $"the migrations have {heads.Length} heads: {string.Join(", ", heads)}",
                "two branches were merged; alembic upgrade head fails with \"Multiple head revisions\"",
                new Fix("Merge them", FixCommand.Run("alembic", "merge", "heads")));
        }
    }

    /// <summary>Parents first.</summary>
    static Migration[] Ordered(Migration[] migrations)
    {
        var (known, done, ordered) =
            (migrations.ToDictionary(one => one.Name, StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal),
                new List<Migration>());
        foreach (var start in migrations)
        {
            var open = new Stack<(Migration Migration, bool IsReady)>([(start, false)]);
            while (open.TryPop(out var next))
            {
                if (next.IsReady)
                {
                    ordered.Add(next.Migration with { Order = $"{ordered.Count:000000}" });
                }
                else if (done.Add(next.Migration.Name))
                {
                    open.Push((next.Migration, true));
                    foreach (var parent in next.Migration.Parents.Reverse())
                    {
                        if (known.TryGetValue(parent, out var one))
                        {
                            open.Push((one, false));
                        }
                    }
                }
            }
        }

        return [.. ordered];
    }

    /// <summary>The heads and all their ancestors are applied.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        var known = folder.Migrations.ToDictionary(one => one.Name, StringComparer.Ordinal);
        var (rows, open) = (new Dictionary<string, LedgerRow>(StringComparer.Ordinal), new Stack<LedgerRow>(ledger.Rows));
        while (open.TryPop(out var row))
        {
            if (rows.TryAdd(row.Name, row) && known.TryGetValue(row.Name, out var file))
            {
                foreach (var parent in file.Parents)
                {
                    open.Push(row with { Id = parent, Name = parent });
                }
            }
        }

        return ledger with { Rows = [.. rows.Values] };
    }

    public override bool WritesStates => false;

    /// <summary>Heads add nothing of a single revision; alembic writes them.</summary>
    public override FixCommand Repair(string name) =>
        FixCommand.Run("alembic", "stamp", CommandArgument.Placeholder("the revision that is true"));

    public override bool Owns(LedgerTable table) => table.Columns.Count == 1 && table.Has("version_num", "character varying");

    public override string Rows(LedgerTable table) =>
        $"select version_num, null::text, null::timestamptz, 'applied', null::text from {table.Sql} order by 1";

    [GeneratedRegex("""^revision(?:\s*:\s*[\w.\[\], ]+)?\s*=\s*["']([^"']+)["']""", RegexOptions.Multiline)]
    private static partial Regex Revision();

    [GeneratedRegex("""^down_revision(?:\s*:\s*[\w.\[\], |]+)?\s*=\s*(?:None|["'][^"']+["']|[(\[][^)\]]*[)\]])""", RegexOptions.Multiline)]
    private static partial Regex Down();

    [GeneratedRegex("""^depends_on(?:\s*:\s*[\w.\[\], |]+)?\s*=\s*(?:["'][^"']+["']|[(\[][^)\]]*[)\]])""", RegexOptions.Multiline)]
    private static partial Regex DependsOn();

    [GeneratedRegex("""["']([^"']+)["']""")]
    private static partial Regex Literal();
}
