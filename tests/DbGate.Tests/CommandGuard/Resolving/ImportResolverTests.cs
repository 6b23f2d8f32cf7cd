using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Resolving;
using RepositoryFiles = DbGate.CommandGuard.Files.Repository;

namespace DbGate.Tests.CommandGuard.Resolving;

/// <summary>Resolving alone: nothing is followed and nothing is judged.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImportResolverTests
{
    [TestCase("src/main.ts", "./a.service", "src/a.service.ts")]
    [TestCase("src/main.ts", "./a.service.js", "src/a.service.ts")]
    [TestCase("src/main.ts", ".", "src/index.ts")]
    [TestCase("src/deep/x.ts", "..", "src/index.ts")]
    [TestCase("src/main.ts", "express", null)]
    [TestCase("src/main.ts", "../../outside", null)]
    public void Finds_the_file_that_node_loads(string from, string module, string? expected) =>
        Assert.That(
            Resolve(["src/main.ts", "src/a.service.ts", "src/index.ts", "src/deep/x.ts"], from, module, Language.JavaScript),
            Is.EqualTo(expected is null ? [] : new[] { expected }));

    [TestCase("app.boot", new[] { "app/__init__.py", "app/boot.py" })]
    [TestCase(".boot:x", new[] { "app/boot.py" })]
    [TestCase("gone", new string[0])]
    public void Finds_the_files_that_python_runs(string module, string[] expected) =>
        Assert.That(
            Resolve(["app/__init__.py", "app/boot.py", "app/main.py"], "app/main.py", module, Language.Python), Is.EqualTo(expected));

    [TestCase("a/b/c.service", "a/b/c.service.ts")]
    [TestCase("dist/main.js", "src/main.ts")]
    [TestCase("dist/apps/api/main", "apps/api/src/main.ts")]
    public void Names_the_sources_of_what_is_built(string path, string expected) =>
        Assert.That(SourceVariants.OfModule(path), Does.Contain(expected));

    static IReadOnlyList<string> Resolve(string[] files, string from, string module, Language language)
    {
        var root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        try
        {
            foreach (var file in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file))!);
                File.WriteAllText(Path.Combine(root, file), "");
            }

            var repository = RepositoryFiles.Walk(root, CancellationToken.None);
            return new ImportResolver(repository, new Packages(repository, (_, _) => { })).Find(from, module, language, "");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
