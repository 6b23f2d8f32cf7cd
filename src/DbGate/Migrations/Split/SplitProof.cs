using System.Security.Cryptography;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Compatibility.Models;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Statements;

namespace DbGate.Migrations.Split;

/// <summary>What a scratch server showed about a split.</summary>
/// <param name="Objects">How many objects both schemas have.</param>
/// <param name="Differences">How the schema of the parts differs from the original's.</param>
/// <param name="Failing">Queries that do not survive between the releases.</param>
/// <param name="Tested">How many queries were tested.</param>
sealed record SplitEvidence(int Objects, IReadOnlyList<string> Differences, IReadOnlyList<string> Failing, int Tested);

/// <summary>
/// Applies the history and the migration to one database of a scratch server, and the history and the parts to another: both must have the
/// same catalog. Queries of the schema before must survive the first release, and those of the schema after must work from then on.
/// </summary>
/// <param name="server">A superuser's URL; the databases made here are this class's own.</param>
/// <param name="schema">Where the search path leads.</param>
sealed class SplitProof(PostgresUrl server, string schema)
{
    readonly string prefix = $"dbgate_split_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    int copies;

    string Base => $"{prefix}_before";

    string Original => $"{prefix}_original";

    string Expanded => $"{prefix}_expanded";

    string Parts => $"{prefix}_parts";

    /// <summary>Applies the migrations that come before, and reads their schema.</summary>
    /// <exception cref="PostgresFault">One does not run on an empty database.</exception>
    public async Task<SchemaFacts> BeginAsync(IReadOnlyList<SqlScript> history, CancellationToken cancellationToken)
    {
        await CreateAsync(Base, null, cancellationToken);
        foreach (var script in history)
        {
            await ApplyAsync(Base, [.. script.Statements.Select(statement => statement.Text)], cancellationToken);
        }

        await using var session = await Session.OpenAsync(server.WithDatabase(Base), null, cancellationToken);
        return await SchemaFacts.ReadAsync(session, cancellationToken);
    }

    /// <summary>Compares.</summary>
    /// <param name="before">What <see cref="BeginAsync"/> gave.</param>
    /// <param name="original">The migration.</param>
    /// <param name="split">Its parts.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="PostgresFault">The migration or a part does not run.</exception>
    public async Task<SplitEvidence> ProveAsync(
        SchemaFacts before, SqlScript original, MigrationSplit split, CancellationToken cancellationToken)
    {
        await CreateAsync(Original, Base, cancellationToken);
        await ApplyAsync(Original, [.. original.Statements.Select(statement => statement.Text)], cancellationToken);
        await CreateAsync(Expanded, Base, cancellationToken);
        await ApplyAsync(Expanded, Statements(split, part => part.Release == 1), cancellationToken);
        await CreateAsync(Parts, Expanded, cancellationToken);
        await ApplyAsync(Parts, Statements(split, part => part.Release > 1), cancellationToken);
        var (wanted, got) = (await ReadAsync(Original, cancellationToken), await ReadAsync(Parts, cancellationToken));
        var old = await SurviveAsync(Base, before, Statements(split, part => part.Release == 1), cancellationToken);
        await using var session = await Session.OpenAsync(server.WithDatabase(Original), null, cancellationToken);
        var after = await SchemaFacts.ReadAsync(session, cancellationToken);
        var next = split.ChangesTypes ? ([], 0)
            : await SurviveAsync(Expanded, after, Statements(split, part => part.Release > 1), cancellationToken);
        return new(
            wanted.Objects.Count,
            [.. CatalogComparison.Between(wanted, got).Select(difference => $"{difference}")],
            [.. old.Failing.Select(text => $"running release, in release 1: {text}"), .. next.Item1.Select(text => $"new release: {text}")],
            old.Tested + next.Item2);
    }

    static string[] Statements(MigrationSplit split, Func<SplitPart, bool> which) =>
        [.. split.Parts.Where(which).SelectMany(part => part.Statements)];

    /// <summary>Whether every read and write of the tables of a schema works before and after some statements.</summary>
    async Task<(IReadOnlyList<string> Failing, int Tested)> SurviveAsync(
        string template, SchemaFacts model, string[] statements, CancellationToken cancellationToken)
    {
        QueryCollection queries = new(
            "the schema",
            [
                .. model.Tables.Values.SelectMany(table => ModelShapes.From(ModelFrom(table)))
                    .Select(sql => new RunningQuery(server.User, sql, 0, 0)),
            ]);
        var test = new CompatibilityTest(async stop =>
        {
            var name = $"{prefix}_{++copies}";
            await CreateAsync(name, template, stop);
            var url = server.WithDatabase(name);
            return new SchemaCopy(url, schema)
            {
                OpenDeploy = one => Session.OpenAsync(url, null, one),
                RoleUrl = _ => url,
            };
        });
        var script = StatementSplitter.Split(string.Concat(statements.Select(statement => $"{statement};\n")), "part.sql");
        var report = await test.RunAsync(
            queries, [new PendingMigration("part", script, TransactionRule.PerStatement)], cancellationToken);
        return (
            [
                .. report.Failing.Select(one => $"{one.Words}: {one.Shape}"),
                .. report.Untested.Select(one => $"{one.Shapes} queries: {one.Why}"),
                .. report.Stop is { } stopped ? [stopped.Why] : Array.Empty<string>(),
            ],
            report.Tested);
    }

    /// <summary>A table as an application has it that uses every column.</summary>
    internal static ModelTable ModelFrom(TableFacts table)
    {
        var key = table.Rules.FirstOrDefault(rule => rule.Kind == "unique" && rule.Columns.Count > 0
            && rule.Columns.All(column => table.Find(column)?.NotNull == true))?.Columns ?? [];
        return new(
            SplitNames.SchemaOf(table.Name), SplitNames.NameOf(table.Name),
            [
                .. table.Columns.Values.OrderBy(column => column.Number).Select(column => new ModelColumn(column.Name)
                {
                    IsKey = key.Contains(column.Name),
                    IsComputed = column.IsGenerated,
                    IsLeftOut = !column.NotNull || column.Default is not null || column.IsIdentity,
                }),
            ]);
    }

    async Task<CatalogSnapshot> ReadAsync(string database, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(server.WithDatabase(database), null, cancellationToken);
        return (await CatalogSnapshot.ReadAsync(session, CatalogScope.Everything, cancellationToken))
            .With(await CatalogSnapshot.ReadPrivilegesAsync(session, CatalogScope.Everything, cancellationToken));
    }

    async Task CreateAsync(string name, string? template, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(server, null, cancellationToken);
        await session.ExecuteAsync(
            $"CREATE DATABASE {Sql.Identifier(name)}{(template is null ? "" : $" TEMPLATE {Sql.Identifier(template)}")}",
            cancellationToken);
    }

    async Task ApplyAsync(string database, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(server.WithDatabase(database), null, cancellationToken);
        await session.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Sql.Identifier(schema)}", cancellationToken);
        await session.ExecuteAsync($"SET search_path = {Sql.Identifier(schema)}", cancellationToken);
        foreach (var statement in statements)
        {
            await session.ExecuteScriptAsync([statement], cancellationToken);
        }
    }
}
