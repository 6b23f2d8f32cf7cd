using System.Text;
using CsCheck;
using DbGate.Statements;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Tests.Statements;

/// <summary>
/// The server is the judge: plpgsql's EXECUTE hands it a whole file, the extended protocol refuses more than one statement.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class AgreementWithTheServer
{
    TestDatabase database = null!;
    NpgsqlConnection connection = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        database = await TestDatabase.CreateAsync();
        connection = await database.ConnectAsync();
        await RunOneAsync("CREATE FUNCTION public.run_whole(text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE $1; END$$");
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public void A_file_run_whole_or_one_by_one_leaves_the_same_catalog() =>
        SqlFiles.File.Sample(
            file =>
            {
                var sql = string.Concat(file);
                var whole = Rehearse(() => RunWholeAsync(sql)).Result;
                var statements = StatementSplitter.Split(sql, "migration.sql").Statements;
                var single = Rehearse(async () =>
                {
                    foreach (var statement in statements)
                    {
                        await RunOneAsync(statement.Text);
                    }
                }).Result;

                Assert.That(statements, Has.Count.EqualTo(file.Length));
                Assert.That(single, Is.EqualTo(whole));
            },
            iter: 200,
            threads: 1);

    [Test]
    public void Any_text_that_the_server_takes_is_split_into_single_statements() =>
        SqlFiles.Scraps.Sample(
            scraps =>
            {
                var sql = "SELECT 1 " + string.Concat(scraps);
                var fault = FaultOf(() => RunWholeAsync(sql));
                if (fault is null)
                {
                    foreach (var statement in StatementSplitter.Split(sql, "migration.sql").Statements)
                    {
                        Assert.That(FaultOf(() => RunOneAsync(statement.Text)), Is.Null, statement.Text);
                    }
                }
                else if (fault.MessageText.StartsWith("unterminated", StringComparison.Ordinal))
                {
                    var refusal = Assert.Throws<GateException>(() => StatementSplitter.Split(sql, "migration.sql"), sql)!.Problem;
                    Assert.That(refusal.Code.Id, Is.AnyOf("DBG0230", "DBG0232"));
                }
            },
            iter: 5000,
            threads: 1);

    async Task<string> Rehearse(Func<Task> run)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await RunOneAsync("CREATE TABLE log (entry text)");
        await run();
        return (string)(await new NpgsqlCommand(SqlFiles.Snapshot, connection).ExecuteScalarAsync())!;
    }

    async Task RunWholeAsync(string sql)
    {
        await using var command = new NpgsqlCommand("SELECT public.run_whole($1)", connection) { Parameters = { new() { Value = sql } } };
        await command.ExecuteNonQueryAsync();
    }

    // A batch command without parameters goes to the server as it is, by the extended protocol.
    async Task RunOneAsync(string sql)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await batch.ExecuteNonQueryAsync();
    }

    static PostgresException? FaultOf(Func<Task> run)
    {
        try
        {
            run().GetAwaiter().GetResult();
            return null;
        }
        catch (PostgresException fault)
        {
            return fault;
        }
    }
}
