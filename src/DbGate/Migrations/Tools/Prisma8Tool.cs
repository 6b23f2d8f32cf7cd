using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Prisma 8: packages of <c>migration.json</c> and <c>ops.json</c>, one folder of them per contract space. A migration leads from one
/// contract to another; the database names its contract in <c>prisma_contract.marker</c>.
/// </summary>
sealed class Prisma8Tool : MigrationTool
{
    const string Operations = "ops.json";
    const string About = "migration.json";
    const string Marker = "marker of ";
    const string App = "app";
    const string Empty = "empty";

    public override ToolFacts Facts { get; } = new("prisma8", "Prisma 8", "prisma_contract.ledger")
    {
        Support = ToolSupport.Full,
        Checksum = "SHA-256 of the package",
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "advisory lock from hashtext of space and schema",
        Deploy = "npx --no-install prisma db migrate",
        Status = "npx prisma migration status",
        Unknown =
        [
            "Whether a deploy failed: all pending migrations of a space are one transaction, and a failure leaves no row.",
            "Which path a deploy takes where two migrations begin at the same contract.",
            "Operations that the tool skips because their result is there already.",
            "Whether a deploy into another schema than public runs now.",
        ],
        Tested = "real tool (8.0.0-rc.19) and its ledgers",
    };

    public override IReadOnlyList<string> Beside => ["prisma_contract.marker", "prisma_contract.contract"];

    static readonly string[] Configs =
        ["prisma.config.ts", "prisma.config.js", "prisma.config.mjs", "prisma.config.cjs", "prisma.config.mts", "prisma.config.cts"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        Packages(project).ToArray() is { Length: > 0 } packages
            ? packages.Select(file => (File: file, Folder: ProjectTree.FolderOf(ProjectTree.FolderOf(ProjectTree.FolderOf(file)))))
                .DistinctBy(one => one.Folder)
                .Select(one => new ToolEvidence(this, one.Folder, $"{one.File} is a package of Prisma 8"))
            : ConfigsOf(project).Select(file =>
                new ToolEvidence(
                    this, ProjectTree.FolderOf(file) is "." ? "migrations" : $"{ProjectTree.FolderOf(file)}/migrations",
                    $"{file} configures the ORM of Prisma 8"));

    /// <summary>True where a project uses it: Prisma 6 and 7 have a configuration of the same name.</summary>
    public static bool IsIn(ProjectTree project) => Packages(project).Any() || ConfigsOf(project).Any();

    static IEnumerable<string> Packages(ProjectTree project)
    {
        var about = project.Named(About).Select(ProjectTree.FolderOf).ToHashSet(StringComparer.Ordinal);
        return project.Named(Operations).Where(file => about.Contains(ProjectTree.FolderOf(file)));
    }

    static IEnumerable<string> ConfigsOf(ProjectTree project) =>
        project.Named(Configs).Where(file => project.Text(file).Contains("@prisma/orm-", StringComparison.Ordinal));

    public override MigrationFolder Read(string root, string folder)
    {
        try
        {
            if (!Folders.Exists(folder))
            {
                return new MigrationFolder(folder, false, []) { Tool = this };
            }

            var (edges, problems) = (new List<Edge>(), new List<Problem>());
            foreach (var package in Directory.GetDirectories(folder).SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal)
                .Where(package => File.Exists(Path.Combine(package, About)) || File.Exists(Path.Combine(package, Operations))))
            {
                edges.Add(Edge.Read(root, package));
            }

            foreach (var (space, own) in edges.GroupBy(edge => edge.Space).Select(group => (group.Key, group.ToArray())))
            {
                problems.AddRange(Judge(space, own));
            }

            problems.AddRange(Unplanned(root, folder, edges));
            var order = Ordered(edges);
            return new MigrationFolder(
                folder,
                true,
                [.. edges.OrderBy(edge => order[edge]).Select(edge => edge.File with { Order = $"{order[edge]:000000}" })])
            {
                Tool = this,
                Problems = problems,
            };
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                or InvalidOperationException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    IEnumerable<Problem> Judge(string space, Edge[] edges)
    {
        foreach (var edge in edges.Where(edge => edge.StatedHash != edge.Hash))
        {
            yield return ToolProblems.History(
                this, $"{edge.File.Name} is not the package that its hash was made of",
                $"{About} states {edge.StatedHash}, the files give {edge.Hash}",
                new Fix("Plan the migration again; never edit its files", FixCommand.Run("npx", "prisma", "migration", "check")));
        }

        foreach (var same in edges.GroupBy(edge => edge.From).Where(same => same.Count() > 1))
        {
            yield return ToolProblems.NotJudged(
                this, $"which of {string.Join(" and ", same.Select(edge => edge.File.Name))} a deploy takes",
                $"both of them begin at the same contract of the space {space}",
                "Remove the one that is not wanted, or release a commit in which the migrations are one path");
        }

        foreach (var edge in edges.Where(edge => edge.From != Empty && edges.All(other => other.To != edge.From)))
        {
            yield return ToolProblems.History(
                this, $"{edge.File.Name} begins at a contract that no migration makes", $"contract {edge.From}",
                "Restore the migration before it (git log), or plan it again");
        }
    }

    /// <summary>The contract that <c>contract emit</c> wrote must be the end of a migration, else a deploy finds no path to it.</summary>
    IEnumerable<Problem> Unplanned(string root, string folder, IReadOnlyList<Edge> edges)
    {
        var migrations = Path.GetRelativePath(root, folder).Replace('\\', '/') + "/";
        foreach (var file in ProjectTree.Read(root).Named("contract.json")
            .Where(file => !file.StartsWith(migrations, StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, file)));
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("storage", out var storage)
                && storage.ValueKind == JsonValueKind.Object
                && storage.TryGetProperty("storageHash", out var hash)
                && hash.GetString() is { } contract
                && edges.All(edge => edge.To != contract))
            {
                yield return ToolProblems.History(
                    this, $"{file} is a contract that no migration makes", $"contract {contract}",
                    new Fix("Plan the migration to it", FixCommand.Run("npx", "prisma", "migration", "plan")));
            }
        }
    }

    /// <summary>Each migration after the one that makes its contract; of several, by name.</summary>
    static Dictionary<Edge, int> Ordered(IReadOnlyList<Edge> edges)
    {
        var (order, left) = (new Dictionary<Edge, int>(), edges.OrderBy(edge => edge.File.Name, StringComparer.Ordinal).ToList());
        while (left.Count > 0)
        {
            var next =
                left.Find(edge => edge.From == Empty || left.TrueForAll(other => other.Space != edge.Space || other.To != edge.From))
                ?? left[0];
            order[next] = order.Count;
            left.Remove(next);
        }

        return order;
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("migration_hash")
            && table.Has("origin_core_hash")
            && table.Has("destination_core_hash")
            && table.Has("operations", "jsonb");

    // The marker is not a migration: Judge compares it with the newest row of its space.
    public override string Rows(LedgerTable table) =>
        $"""
        select name, hash, at, state, words from (
          select case space when '{App}' then '' else space || '/' end || migration_name as name, migration_hash as hash, created_at as at,
                 'applied' as state, destination_core_hash as words, id from {table.Sql}
          union all
          select '{Marker}' || space, core_hash, updated_at, 'claimed', null, null from {Sql.Identifier(table.Schema)}.marker) rows
         order by id nulls last
        """;

    // hashtext of "prisma_8.contract.marker:public:app", and of the name before the release candidates.
    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [-2059992126, 1236471891];

    public override Ledger Interpret(MigrationFolder folder, Ledger ledger) =>
        ledger with { Rows = [.. ledger.Rows.Where(row => !IsMarker(row)).Select(row => row with { Logs = null })] };

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status) =>
        from marker in ledger.Rows
        where IsMarker(marker)
        let space = marker.Name[Marker.Length..]
        let newest = ledger.Rows.LastOrDefault(row => !IsMarker(row) && SpaceOf(row.Name) == space)
        where newest?.Logs != marker.Checksum
        select ToolProblems.History(
            this, $"the database claims a contract of the space {space} that its newest migration did not make",
            $"marker: {marker.Checksum}; newest migration: {newest?.Name ?? "none"}; db update, db init and db sign write it so",
            new Fix("Find out who changed the database past the migrations", FixCommand.Run("npx", "prisma", "db", "verify")));

    static bool IsMarker(LedgerRow row) => row.Name.StartsWith(Marker, StringComparison.Ordinal);

    static string SpaceOf(string name) => name.Split('/') is [var space, _] ? space : App;

    public override bool WritesStates => false;

    public override FixCommand Repair(string name) => FixCommand.Run("npx", "prisma", "db", "verify");

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.WholeFile, "Prisma 8 runs all pending migrations of a space in one transaction");

    /// <summary>A package.</summary>
    /// <param name="Space">Its contract space.</param>
    /// <param name="From">The contract that it begins at.</param>
    /// <param name="To">The contract that it makes.</param>
    /// <param name="StatedHash">The hash that it states.</param>
    /// <param name="Hash">The hash of its files.</param>
    /// <param name="File">As a migration.</param>
    sealed record Edge(string Space, string From, string To, string? StatedHash, string Hash, Migration File)
    {
        public static Edge Read(string root, string package)
        {
            var space = Path.GetFileName(Path.GetDirectoryName(package)!);
            var (about, operations) = (System.IO.File.ReadAllText(Path.Combine(package, About)), Path.Combine(package, Operations));
            using var document = JsonDocument.Parse(about);
            using var list = JsonDocument.Parse(System.IO.File.ReadAllText(operations));
            var hash = PackageHash(document.RootElement, list.RootElement);
            var name = $"{(space == App ? "" : space + "/")}{Path.GetFileName(package)}";
            var shown = Path.GetRelativePath(root, operations).Replace('\\', '/');
            var file = Migrations.Migration.ReadFile(name, operations, shown, _ => [hash]) with
            {
                AcceptsNoChecksum = false,
                HasSql = list.RootElement.EnumerateArray().SelectMany(Steps).All(step => !HasParameters(step)),
                UpPart = Up,
            };
            return new(
                space, Text(document.RootElement, "from") ?? Empty, Text(document.RootElement, "to")!,
                Text(document.RootElement, "migrationHash"), hash, file);
        }

        public bool Equals(Edge? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => File.Name.GetHashCode(StringComparison.Ordinal);
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static IEnumerable<JsonElement> Steps(JsonElement operation) =>
        operation.TryGetProperty("execute", out var steps) ? steps.EnumerateArray() : [];

    static bool HasParameters(JsonElement step) => step.TryGetProperty("params", out var values) && values.GetArrayLength() > 0;

    /// <summary>The statements that run, each on the line of the file that holds it where its own lines leave room.</summary>
    internal static string Up(string text)
    {
        var (script, line) = (new StringBuilder(), 1);
        var lines = text.Split('\n');
        var at = 0;
        using var document = JsonDocument.Parse(text);
        foreach (var sql in document.RootElement.EnumerateArray().SelectMany(Steps).Select(step => step.GetProperty("sql").GetString()!))
        {
            var written = Quoted(sql);
            var found = Array.FindIndex(lines, at, one => one.Contains(written, StringComparison.Ordinal));
            at = found < 0 ? at : found;
            for (; found >= 0 && line < found + 1; line++)
            {
                script.Append('\n');
            }

            script.Append(sql).Append(";\n");
            line += sql.Count(one => one == '\n') + 1;
        }

        return script.ToString();
    }

    /// <summary>As Prisma 8 makes it: of the hashes of both files, each with sorted keys.</summary>
    internal static string PackageHash(JsonElement about, JsonElement operations) =>
        Hash($"[\"{Hash(Sorted(about, "migrationHash"))}\",\"{Hash(Sorted(operations, null))}\"]");

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string Sorted(JsonElement value, string? without) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(
            ',',
            value.EnumerateObject().Where(one => one.Name != without).OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => $"{Quoted(one.Name)}:{Sorted(one.Value, null)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(one => Sorted(one, null))) + "]",
        JsonValueKind.String => Quoted(value.GetString()!),
        _ => value.GetRawText(),
    };

    /// <summary>As JavaScript's JSON.stringify writes a text.</summary>
    static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var one in text)
        {
            _ = one switch
            {
                '"' or '\\' => quoted.Append('\\').Append(one),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)one:x4}"),
                _ => quoted.Append(one),
            };
        }

        return quoted.Append('"').ToString();
    }
}
