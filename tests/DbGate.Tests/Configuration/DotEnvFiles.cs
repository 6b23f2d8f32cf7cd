using System.Text;
using CsCheck;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class DotEnvFiles
{
    static IReadOnlyList<DotEnvEntry> Parse(string text) =>
        DotEnvFile.Parse(text, ".env", new Dictionary<string, string> { ["FROM_PROCESS"] = "process" });

    [TestCase("A=b", "b")]
    [TestCase("A=", "")]
    [TestCase("A = b ", "b")]
    [TestCase("  A=b", "b")]
    [TestCase("export A=b", "b")]
    [TestCase("A=b c", "b c")]
    [TestCase("A=b # comment", "b")]
    [TestCase("A=b#comment", "b", TestName = "A hash ends an unquoted value, as in npm's dotenv")]
    [TestCase("A=# comment", "")]
    [TestCase("A=b=c==", "b=c==")]
    [TestCase("A='b # c'", "b # c")]
    [TestCase("A=\"b # c\" # comment", "b # c")]
    [TestCase("A=`it's \"b\"`", "it's \"b\"")]
    [TestCase("A='b\\nc'", "b\\nc")]
    [TestCase("A=\"b\\nc\"", "b\nc")]
    [TestCase("A=b\\nc", "b\\nc")]
    [TestCase("A=\"b\nc\n\"", "b\nc\n", TestName = "Double quotes hold several lines")]
    [TestCase("A='b\nc'", "b\nc", TestName = "Single quotes hold several lines")]
    [TestCase("A='it\\'s'", "it\\'s", TestName = "An escaped quote does not close, and keeps its backslash")]
    [TestCase("A=b\r\nB=c\r\n", "b", TestName = "Lines may end as on Windows")]
    [TestCase("\uFEFFA=b", "b", TestName = "A byte-order mark is no part of the name")]
    [TestCase("# comment\n\n \nA=b", "b")]
    public void Have_values(string text, string value) => Assert.That(Parse(text)[0].Value, Is.EqualTo(value));

    [TestCase("B=1\nA=${B}2", "12")]
    [TestCase("A=${FROM_PROCESS}", "process")]
    [TestCase("FROM_PROCESS=file\nA=${FROM_PROCESS}", "process", TestName = "The process's variable is stronger in an expansion, too")]
    [TestCase("A=\"${FROM_PROCESS}!\"", "process!")]
    [TestCase("A='${FROM_PROCESS}'", "${FROM_PROCESS}")]
    [TestCase("A=\\${FROM_PROCESS}", "${FROM_PROCESS}")]
    [TestCase("A=${NOBODY_SET_THIS}", "")]
    [TestCase("A=${open", "${open")]
    [TestCase("A=$FROM_PROCESS", "$FROM_PROCESS")]
    [TestCase("B=${B}x\nA=${B}", "x", TestName = "A name in its own value is the one before it")]
    public void Expand_names_in_braces(string text, string value) => Assert.That(Parse(text)[^1].Value, Is.EqualTo(value));

    [Test]
    public void Know_the_line_of_each_name() =>
        Assert.That(
            Parse("A=1\n\nB=\"2\n3\"\nC=4").Select(entry => (entry.Name, entry.Line)),
            Is.EqualTo(new[] { ("A", 1), ("B", 3), ("C", 5) }));

    [TestCase("A=1\nnonsense", 2)]
    [TestCase("=1", 1)]
    [TestCase("A B=1", 1)]
    [TestCase("1A=1", 1)]
    [TestCase("A: 1", 1)]
    [TestCase("A=1\nB=\"never\nclosed", 2)]
    [TestCase("A='b'c", 1)]
    public void That_would_lose_a_line_are_refused_with_its_number(string text, int line) =>
        Assert.That(
            () => Parse(text),
            Failure.From(
                "DBG0003", problem => problem.Location == new SourceLocation(".env", line) && problem.Message.Contains($"line {line}:")));

    [Test]
    public void Do_not_show_a_broken_line_because_it_may_hold_a_secret() =>
        Assert.That(() => Parse("PASSWORD hunter2"), Failure.From("DBG0003", problem => !$"{problem}".Contains("hunter2")));

    [Test]
    public void That_are_not_UTF8_are_refused()
    {
        using var project = new GatedProject().With(".env", Encoding.Latin1.GetBytes("A=ü"));

        Assert.That(() => project.Read(), Failure.From("DBG0003", problem => problem.Message == ".env cannot be read: it is not UTF-8"));
    }

    [Test]
    public void That_are_folders_are_none()
    {
        using var project = new GatedProject().With(".env/bin/python", "a virtual environment of Python's");

        Assert.That(() => project.Read(), Throws.Nothing);
    }

    [Test]
    public void Never_fail_in_an_unexpected_way() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["A=b \"'`#\\n\n\r${}export"], 0, 60]).Sample(text =>
        {
            try
            {
                return Parse(text).All(entry => entry.Name.Length > 0 && entry.Line > 0);
            }
            catch (GateException exception)
            {
                return exception.Problem.Code.Id == "DBG0003";
            }
        });

    [Test]
    public void Give_back_whatever_single_quotes_hold() =>
        Gen.String[Gen.Char["ab \"`#$={}\n"], 0, 40]
            .Sample(value => Parse($"A='{value}'\nB=after").Select(entry => entry.Value).SequenceEqual([value, "after"]));
}
