using System.Text.RegularExpressions;
using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Lint;

/// <summary>
/// A migration in <c>Cases/&lt;rule&gt;.sql</c> and whether the rule finds something in it. A file is a list of sections: <c>--- setup</c>
/// (the schema of the cases that follow; may be left out), <c>--- ok</c>, <c>--- err</c>, <c>--- err fails 23502</c> (the SQLSTATE that
/// the server ends it with) and <c>--- err per-statement</c> (each statement commits on its own).
/// </summary>
/// <param name="Rule">The rule's name: the file's.</param>
/// <param name="Number">From 1, in the file.</param>
/// <param name="Found">Whether the rule has to find something.</param>
/// <param name="Fails">The SQLSTATE that the server ends it with, if it does.</param>
/// <param name="Setup">The schema that it meets.</param>
/// <param name="Sql">The migration.</param>
/// <param name="PerStatement">Whether each statement commits by itself, whatever the test asks for.</param>
sealed partial record LintCase(string Rule, int Number, bool Found, string? Fails, string Setup, string Sql, bool PerStatement)
{
    public static readonly string Folder = Path.Combine(Repository.Root, "tests/DbGate.Tests/Migrations/Lint/Cases");

    public static IEnumerable<LintCase> All => Directory.GetFiles(Folder, "*.sql").Order().SelectMany(Read);

    public static IEnumerable<LintCase> Read(string file)
    {
        var parts = Header().Split(File.ReadAllText(file));
        var setup = "";
        var number = 0;
        for (var index = 1; index < parts.Length; index += 2)
        {
            var words = parts[index].Split(' ');
            if (words[0] == "setup")
            {
                setup = parts[index + 1];
            }
            else
            {
                yield return new LintCase(
                    Path.GetFileNameWithoutExtension(file), ++number, words[0] == "err", words is [_, "fails", var state] ? state : null,
                    setup, parts[index + 1], words.Contains("per-statement"));
            }
        }
    }

    public SqlScript Script => StatementSplitter.Split(Sql, $"{Rule}.sql");

    public SqlScript SetupScript => StatementSplitter.Split(Setup, "setup.sql");

    public LintMigration Read(TransactionRule transactions) => LintMigrationReader.Read(
        Script,
        LintMigrationReader.Read(SetupScript, KnownSchema.Empty, transactions).After.Settle(),
        PerStatement ? TransactionRule.PerStatement : transactions,
        server: 15);

    public override string ToString() => $"{Rule} {Number}: {Sql.Trim().ReplaceLineEndings(" ")}";

    [GeneratedRegex("^--- (.+)\n", RegexOptions.Multiline)]
    private static partial Regex Header();
}
