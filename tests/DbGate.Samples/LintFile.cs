using DbGate.Migrations.Lint;

namespace Acme;

public static class LintFile
{
    public static IEnumerable<string> Run(string path)
    {
        var report = Linter.Lint(path, File.ReadAllText(path), serverMajor: 17);
        return report.Problems.Select(problem => $"{problem.Location}: {problem.Code.Id} {problem.Message}");
    }
}
