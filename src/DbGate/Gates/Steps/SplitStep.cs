using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Split;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Gates.Steps;

/// <summary>
/// Replaces a migration that breaks the running release by migrations for two releases, and proves on a scratch server that together they
/// give the same schema.
/// </summary>
sealed class SplitStep : IStep
{
    const int Shown = 3;

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("split") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var project = MigrationProject.Locate(context.Settings);
        var folder = project.ReadFolder();
        var migration = Choose(folder, context.Settings.Get(TaskOptions.Migration));
        DemandPlainSql(project, folder, migration);
        var name = Path.GetRelativePath(context.Settings.Root, migration.Path).Replace('\\', '/');
        var script = StatementSplitter.Split(await migration.ReadSqlAsync(cancellationToken), name);
        var history = new List<SqlScript>();
        foreach (var earlier in folder.Migrations.TakeWhile(one => one != migration))
        {
            history.Add(StatementSplitter.Split(await earlier.ReadSqlAsync(cancellationToken), earlier.ShownAs));
        }

        await using var server = await ThrowawayServer.StartAsync(new ThrowawayOptions(), cancellationToken);
        var schema = context.FindTarget()?.DirectUrl.Schema ?? "public";
        var proof = new SplitProof(server.Url, schema);
        try
        {
            var before = await proof.BeginAsync(history, cancellationToken);
            var split = new MigrationSplitter(script, before, schema).Split();
            if (split.Refusals.Count > 0)
            {
                return new StepResult
                {
                    Summary = $"{migration.Name} cannot be split",
                    Problems = [.. split.Refusals.Select(SplitProblems.Unsplittable)],
                };
            }

            if (split.IsWhole)
            {
                return new StepResult { Summary = $"{migration.Name} takes nothing away: one release is enough, and nothing was written" };
            }

            var evidence = await proof.ProveAsync(before, script, split, cancellationToken);
            string[] faults = [.. evidence.Differences, .. evidence.Failing];
            if (faults.Length > 0)
            {
                throw new GateException(SplitProblems.Unproven(migration.Name, faults));
            }

            var files = SplitFiles.From(split.Parts, name, [.. folder.Migrations.Select(one => one.Name)])
                ?? throw new GateException(SplitProblems.OtherTool(
                    project.Tool.Facts.Name,
                    $"the name {migration.Name} does not begin with a number, or another migration has the number of a part"));
            Write(context.Settings.Root, name, files);
            return Describe(migration.Name, name, split, evidence, files);
        }
        catch (PostgresFault fault)
        {
            throw new GateException(
                SplitProblems.Unproven(migration.Name, [$"a migration does not run on an empty database: {fault.MessageText}"]), fault);
        }
    }

    static Migration Choose(MigrationFolder folder, string asked)
    {
        string[] newest = [.. folder.Migrations.TakeLast(Shown).Select(one => one.Name)];
        return asked.Length == 0
            ? folder.Migrations is [.., var last] ? last
                : throw new GateException(SplitProblems.NoMigration("the project has no migration", newest))
            : folder.Migrations.FirstOrDefault(one => one.Name == asked)
                ?? throw new GateException(SplitProblems.NoMigration($"the project has no migration {asked}", newest));
    }

    /// <summary>Files that hold more than SQL, or that a list next to them names, are the tool's own to write.</summary>
    static void DemandPlainSql(MigrationProject project, MigrationFolder folder, Migration migration)
    {
        var why = !migration.HasSql || !migration.Path.EndsWith(".sql", StringComparison.Ordinal) ? "they are code"
            : project.Tool.ListsItsFiles ? "a journal or a checksum file next to them lists them"
            : folder.Migrations.Any(one => one.UpPart is not null) || migration.Path.EndsWith(".up.sql", StringComparison.Ordinal)
                ? "each has a way back, which belongs to the whole migration"
            : null;
        if (why is not null)
        {
            throw new GateException(SplitProblems.OtherTool(project.Tool.Facts.Name, why));
        }
    }

    static void Write(string root, string original, IReadOnlyList<SplitFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(root, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(file.Text));
        }

        var kept = Path.Combine(root, SplitFiles.OriginalOf(original));
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        File.Move(Path.Combine(root, original), kept);
        var folder = Path.GetDirectoryName(Path.Combine(root, original))!;
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    static StepResult Describe(
        string migration, string original, MigrationSplit split, SplitEvidence evidence, IReadOnlyList<SplitFile> files) => new()
        {
            Summary = $"{migration} is split over {(split.ChangesTypes ? "three" : "two")} releases; together they give the same schema",
            Facts =
            [
                .. files.Where(file => file.Target is null).Select(file => new Fact("this release", file.Path)),
                .. files.Where(file => file.Target is not null).Select(file =>
                    new Fact($"release {file.Release}", $"mkdir -p {Path.GetDirectoryName(file.Target)} && mv {file.Path} {file.Target}")),
                new Fact("original", SplitFiles.OriginalOf(original)),
                new Fact(
                    "proof", $"{evidence.Objects} objects of the catalog are the same; {evidence.Tested} queries of the old and of the "
                    + "new schema work in between"),
                .. split.Notes.Select(note => new Fact("code", note)),
            ],
        };
}
