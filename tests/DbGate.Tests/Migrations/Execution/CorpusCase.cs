namespace DbGate.Tests.Migrations.Execution;

/// <summary>A file of <c>exact/Corpus/</c> with its line of <c>Corpus/expected.tsv</c>.</summary>
/// <param name="File">The name without <c>.sql</c>.</param>
/// <param name="AsSuperuser">Deployed by a superuser; the others by the owner of the database.</param>
/// <param name="Direct">What becomes of it with the direct engine: <c>applied</c>, <c>SQLSTATE at statement</c>, or the code that refuses
/// it.</param>
/// <param name="Prisma">What DbGate states of it with Prisma, in the same words.</param>
/// <param name="Differs">Why Prisma leaves another database than the direct engine; empty where it does not.</param>
sealed record CorpusCase(string File, bool AsSuperuser, string Direct, string Prisma, string Differs)
{
    public static readonly string Folder = Path.Combine(Repository.Root, "tests/DbGate.Tests/Migrations/Execution/exact/Corpus");

    public static IReadOnlyList<CorpusCase> All { get; } =
    [
        .. System.IO.File.ReadAllLines(Path.Combine(Folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(cells => new CorpusCase(cells[0], cells[1] == "superuser", cells[2], cells[3], cells[4])),
    ];

    public static IEnumerable<string> Files =>
        Directory.GetFiles(Folder, "*.sql").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>As it is, byte-order mark and line ends included.</summary>
    public byte[] Bytes => System.IO.File.ReadAllBytes(Path.Combine(Folder, $"{File}.sql"));

    /// <inheritdoc/>
    public override string ToString() => File;
}
