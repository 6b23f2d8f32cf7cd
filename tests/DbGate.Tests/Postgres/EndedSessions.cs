using DbGate.Postgres;
using Npgsql;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class EndedSessions
{
    [TestCase("25P03", "idle_in_transaction_session_timeout")]
    [TestCase("25P04", "transaction_timeout")]
    [TestCase("57P05", "idle_session_timeout")]
    public void Name_the_time_limit_that_ended_them(string state, string setting)
    {
        var url = PostgresUrl.Parse("postgresql://app:secret@localhost:5433/shop", "DATABASE_URL");

        var problem =
            PostgresProblems.ConnectionLost(
                url, new PostgresException("terminating connection due to a limit", "FATAL", "FATAL", state)).Problem;

        Assert.That(problem.Message, Is.EqualTo($"{setting} ended the session with localhost:5433"));
        Assert.That(problem.Fix!.ToString(), Does.Contain("pg_db_role_setting").And.Contain($"show {setting}"));
    }
}
