using DbGate.Processes;
using DbGate.Backups.Restores;

namespace DbGate.Tests.Backups.Restores;

/// <summary>psql's first error decides whether another attempt can succeed, and what to do before it.</summary>
[TestFixture]
public sealed class LoadFailures
{
    [TestCase("ERROR:  42704: role \"app\" does not exist", "Create what is missing")]
    [TestCase("ERROR:  42501: permission denied to create extension \"postgis\"", "Restore with a role that has this permission")]
    [TestCase("ERROR:  58P01: could not access file \"$libdir/postgis-3\": No such file or directory", "Install the extension's package")]
    [TestCase("ERROR:  23514: new row for relation \"u\" violates check constraint \"c\"", "Correct the rows")]
    [TestCase("ERROR:  22P02: invalid input syntax for type integer", "Correct the rows")]
    [TestCase("ERROR:  0A000: extension \"x\" is not available", "Restore onto a server that supports this")]
    [TestCase("ERROR:  99999: something new", "Read the message")]
    [TestCase("psql:<stdin>:5: error: backslash commands are restricted; only \\unrestrict is allowed", "command of psql")]
    [TestCase("psql:<stdin>:9: error: invalid command \\foo", "command of psql")]
    public void That_will_happen_again_are_permanent(string error, string fix)
    {
        var failure = LoadFailure.From(Outcome($"psql:<stdin>:7: {error}\nLOCATION:  f, a.c:1"));

        Assert.That(failure.IsPermanent);
        Assert.That(failure.Fix, Does.Contain(fix));
    }

    [TestCase("psql:<stdin>:7: ERROR:  53100: could not extend file: No space left on device", "Free disk space")]
    [TestCase("psql:<stdin>:7: ERROR:  53200: out of shared memory", "max_locks_per_transaction")]
    [TestCase("psql:<stdin>:7: FATAL:  57P01: terminating connection due to administrator command", "Wait until")]
    [TestCase("psql:<stdin>:7: ERROR:  40P01: deadlock detected", "Run it again")]
    [TestCase("psql: error: server closed the connection unexpectedly", "connection")]
    [TestCase("", "connection")]
    public void That_pass_may_be_tried_again(string error, string fix)
    {
        var failure = LoadFailure.From(Outcome(error));

        Assert.That(failure.IsPermanent, Is.False);
        Assert.That(failure.Fix, Does.Contain(fix));
    }

    [TestCase(
        "ERROR:  42P01: relation \"limits\" does not exist\nQUERY:  select max(n) from limits\nCONTEXT:  SQL function \"lim\" "
            + "during inlining", "ALTER FUNCTION lim SET search_path = public;")]
    [TestCase(
        "ERROR:  42883: function g() does not exist\nCONTEXT:  PL/pgSQL function public.f(integer) line 1 at RETURN",
        "ALTER FUNCTION public.f(integer) SET search_path = public;")]
    public void Of_a_function_without_a_search_path_say_so(string error, string fix) =>
        Assert.That(
            LoadFailure.From(Outcome($"psql:<stdin>:7: {error}")),
            Has.Property(nameof(LoadFailure.IsPermanent)).True.And.Property(nameof(LoadFailure.Fix)).Contains(fix));

    [Test]
    public void Show_no_row()
    {
        var words = RestoreProblems.LastWords(
            """
            psql:<stdin>:25: ERROR:  23514: new row for relation "u" violates check constraint "u_id_check"
            DETAIL:  Failing row contains (ana@example.com).
            CONTEXT:  COPY u, line 1, column mail: "ana@example.com"
            LOCATION:  ExecConstraints, execMain.c:1
            """);

        Assert.That(words, Does.EndWith("CONTEXT:  COPY u, line 1, column mail").And.Not.Contain("ana").And.Not.Contain("LOCATION"));
    }

    static ChildOutcome Outcome(string error) => new(3, "", error, TimeSpan.Zero);
}
