using DbGate.Releases;

namespace DbGate.Tests.CommandGuard;

/// <summary>A name that the guard trusts must not be another program of the commit.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommittedProgramsTests
{
    [TestCase("package.json", """{ "devDependencies": { "prisma": "file:./fake" } }""")]
    [TestCase("package.json", """{ "dependencies": { "prisma": "./tools/prisma" } }""")]
    [TestCase("package.json", """{ "overrides": { "@prisma/engines": "github:someone/engines" } }""")]
    [TestCase("package.json", """{ "dependencies": { "prisma": "npm:prisma-evil@7.10.1" } }""")]
    [TestCase("package.json", """{ "dependencies": { "prisma": "someone/prisma" } }""")]
    [TestCase("package.json", """{ "dependencies": { "prisma": "patch:prisma@npm%3A7.10.1#./p.patch" } }""")]
    [TestCase("package.json", """{ "overrides": { "prisma": { ".": "file:./fake" } } }""")]
    [TestCase("package.json", """{ "overrides": { "prisma@7": "file:./fake" } }""")]
    [TestCase("package.json", """{ "resolutions": { "**/prisma": "link:./fake" } }""")]
    [TestCase("package.json", """{ "pnpm": { "overrides": { "app>prisma": "link:./fake" } } }""")]
    [TestCase("package.json", """{ "pnpm": { "patchedDependencies": { "prisma@7.10.1": "patches/prisma.patch" } } }""")]
    [TestCase("pnpm-workspace.yaml", "packages:\n  - .\noverrides:\n  'prisma': link:./fake\n")]
    [TestCase("pnpm-workspace.yaml", "patchedDependencies:\n  prisma@7.10.1: patches/p.patch\n")]
    [TestCase(".pnpmfile.cjs", "module.exports = {}")]
    [TestCase(
        "package-lock.json",
        """
        { "packages": { "node_modules/a": { "resolved": "https://registry.example/a.tgz" },
          "node_modules/b": { "resolved": "https://registry.example/b.tgz" },
          "node_modules/prisma": { "resolved": "https://elsewhere.example/prisma.tgz" } } }
        """)]
    [TestCase("package-lock.json", """{ "packages": { "node_modules/prisma": { "resolved": "fake", "link": true } } }""")]
    [TestCase(".npmrc", "\"node-options\" = --require ./hook.js\n")]
    [TestCase(".npmrc", "fund=false\nnode-options=--require ./hook.js\n")]
    [TestCase(".npmrc", "script-shell = ./sh\n")]
    public void Are_blocked(string file, string text)
    {
        using var project = new GatedProject().With(file, text);

        var problem = CommittedPrograms.Find(project.Read()).Single();

        Assert.That((problem.Code.Id, problem.IsBlocking, problem.Location!.File), Is.EqualTo(("DBG0419", true, file)));
    }

    [TestCase("package.json", """{ "devDependencies": { "prisma": "^6.1.0", "local": "file:./fake" }, "overrides": { "prisma": "6.1.0" } }""")]
    [TestCase("package.json", """{ "dependencies": { "prisma": "npm:prisma@7.10.1", "react": "npm:preact@1" } }""")]
    [TestCase("package.json", """{ "pnpm": { "overrides": { "left-pad": "link:./left-pad", "prisma": ">=7" } } }""")]
    [TestCase("pnpm-workspace.yaml", "packages:\n  - prisma\noverrides:\n  prisma: 7.10.1\ncatalog:\n  react: npm:preact@1\n")]
    [TestCase("package-lock.json", """{ "packages": { "node_modules/prisma": { "resolved": "https://npm.corp.example/prisma.tgz" } } }""")]
    [TestCase(".npmrc", "fund=false\nsave-exact=true\n")]
    [TestCase("package.json", "{ broken")]
    public void Are_not_seen_in_ordinary_projects(string file, string text)
    {
        using var project = new GatedProject().With(file, text);

        Assert.That(CommittedPrograms.Find(project.Read()), Is.Empty);
    }

    [Test]
    public void Of_the_direct_engine_are_not_started()
    {
        using var project = new GatedProject().With("package.json", """{ "devDependencies": { "prisma": "file:./fake" } }""");

        Assert.That(CommittedPrograms.Find(project.Read(options: new() { ["engine"] = "direct" })), Is.Empty);
    }

    [TestCase("node_modules/.bin/prisma", true)]
    [TestCase("node_modules/prisma/build/index.js", true)]
    [TestCase("patches/prisma+7.10.1.patch", true)]
    [TestCase(".yarn/patches/prisma-npm-7.10.1-0a1b.patch", true)]
    [TestCase("Node_Modules/.bin/prisma", true)]
    [TestCase("patches/left-pad+1.0.0.patch", false)]
    [TestCase("vendor/node_modules/left-pad/index.js", false)]
    public async Task Are_blocked_where_git_tracks_them(string file, bool blocks)
    {
        using var project = new GatedProject().With("package.json", "{}").With(file, "console.log(1)\n");
        await GitAsync(project.Root, "init", "--quiet");
        Assert.That(CommittedPrograms.Find(project.Read()), Is.Empty, "nothing is tracked yet");
        await GitAsync(project.Root, "add", "--force", file);

        Assert.That(CommittedPrograms.Find(project.Read()).Any(), Is.EqualTo(blocks));
    }

    static async Task GitAsync(string folder, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("git", ["-C", folder, .. arguments]))!;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }
}
