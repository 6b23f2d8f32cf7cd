using CsCheck;
using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Lint;

[Parallelizable(ParallelScope.All)]
public sealed class Linting
{
    static string[] Lint(string applied, string[] pending, TransactionRule transactions = TransactionRule.WholeFile) =>
    [
        .. Linter.Lint(
            [StatementSplitter.Split(applied, "applied.sql")],
            pending.Select((sql, index) => StatementSplitter.Split(sql, $"{index}.sql")),
            transactions,
            new DateOnly(2026, 11, 23)).Problems.Select(problem => $"{problem.Code} {problem.Location}"),
    ];

    [Test]
    public void Takes_a_table_of_an_earlier_pending_migration_for_one_with_rows() =>
        Assert.That(
            Lint("", ["CREATE TABLE t (id int);", "SET LOCAL lock_timeout = '5s';\nDROP TABLE t;"]),
            Is.EqualTo(new[] { "DBG0240 1.sql:2:1" }));

    [Test]
    public void Knows_types_from_earlier_migrations() =>
        Assert.That(
            Lint(
                "CREATE TABLE t (a varchar(5)); ALTER TABLE t RENAME a TO b;",
                ["SET LOCAL lock_timeout = '5s'; ALTER TABLE t ALTER b TYPE text;"]),
            Is.Empty);

    [Test]
    public void Reports_computed_SQL_once_for_a_file()
    {
        const string Block =
            "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN x int', a); EXECUTE format('ALTER TABLE %I ADD COLUMN x int', "
                + "b); END $$;\n";
        string[] files = [Block, "-- dbgate:allow dynamic-sql until 2026-12-01 reason: analyses\n" + Block + Block, Block];

        var problems =
            Linter.Lint(
                [], files.Select((sql, index) => StatementSplitter.Split(sql, $"{index}.sql")), TransactionRule.WholeFile,
                new DateOnly(2026, 11, 23)).Problems;

        Assert.That(problems.Select(problem => $"{problem.Code} {problem.Location}: {problem.Message}"), Is.EqualTo(new[]
        {
            "DBG0272 0.sql:1: 2 EXECUTE of computed strings were not looked at",
            "DBG0272 1.sql:3: 2 EXECUTE of computed strings were not looked at",
            "DBG0272 2.sql:1: 2 EXECUTE of computed strings were not looked at",
        }));
    }

    /// <summary>As measured on PostgreSQL 18.4, which the tests do not have.</summary>
    [TestCase("ENFORCED", "ACCESS EXCLUSIVE on posts, SHARE ROW EXCLUSIVE on users")]
    [TestCase("NOT ENFORCED", "ACCESS EXCLUSIVE on posts, ACCESS EXCLUSIVE on users")]
    [TestCase("DEFERRABLE", "ACCESS EXCLUSIVE on posts")]
    public void Knows_the_locks_of_a_key_that_is_enforced_or_not(string change, string locks)
    {
        var schema = LintMigrationReader.Read(
            StatementSplitter.Split(
                "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int CONSTRAINT post_user REFERENCES users);", "0.sql"),
            KnownSchema.Empty,
            TransactionRule.WholeFile).After.Settle();

        var statement =
            LintMigrationReader.Read(
                StatementSplitter.Split($"ALTER TABLE posts ALTER CONSTRAINT post_user {change};", "1.sql"), schema,
                TransactionRule.WholeFile).Statements.Single();

        Assert.That(string.Join(", ", statement.Locks.Select(claim => $"{claim.Mode.Display()} on {claim.Table}")), Is.EqualTo(locks));
    }

    [Test]
    public void Finds_no_transaction_where_statements_commit_one_by_one() =>
        Assert.That(
            Lint(
                "CREATE TABLE t (id int);", ["CREATE INDEX CONCURRENTLY i ON t (id);\nCREATE INDEX CONCURRENTLY j ON t (id);"],
                TransactionRule.PerStatement),
            Is.EqualTo(new[] { "DBG0274 0.sql:1:1", "DBG0274 0.sql:2:1" }));

    [TestCase("BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (id);\nCOMMIT;")]
    [TestCase("SELECT 1;\nBEGIN;\nSELECT 1; CREATE INDEX CONCURRENTLY i ON t (id);\nCOMMIT;")]
    public void Finds_an_explicit_transaction_where_statements_commit_one_by_one(string sql) =>
        Assert.That(Lint("CREATE TABLE t (id int);", [sql], TransactionRule.PerStatement), Has.Some.StartsWith("DBG0269"));

    [Test]
    public void Finds_nothing_where_Prisma_only_creates() =>
        Assert.That(
            Lint("", [
                """
                -- CreateEnum
                CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

                -- CreateTable
                CREATE TABLE "User" (
                    "id" TEXT NOT NULL,
                    "email" TEXT NOT NULL,
                    "role" "Role" NOT NULL DEFAULT 'USER',
                    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

                    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
                );

                -- CreateTable
                CREATE TABLE "Post" (
                    "id" SERIAL NOT NULL,
                    "authorId" TEXT NOT NULL,

                    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
                );

                -- CreateIndex
                CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

                -- CreateIndex
                CREATE INDEX "Post_authorId_idx" ON "Post"("authorId");

                -- AddForeignKey
                ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
                """]),
            Is.Empty);

    [Test]
    public void Reads_any_statement_without_a_fault()
    {
        string[] fragments =
            ["ALTER TABLE", "t", "ADD", "(", ")", ",", "CONSTRAINT", "DROP", "\"", "'", "CREATE INDEX", "UPDATE", "SET", "=", "DO", "$$",
                ";", "REINDEX", "COLUMN", "TYPE", "."];

        Assert.That(
            () => Gen.OneOf(fragments).Array[1, 12].Sample(
                words =>
                {
                    try
                    {
                        Lint("", [string.Join(' ', words)]);
                    }
                    catch (GateException)
                    {
                    }
                },
                iter: 20_000),
            Throws.Nothing);
    }
}
