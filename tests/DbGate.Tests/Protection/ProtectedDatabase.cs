using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Targets;

namespace DbGate.Tests.Protection;

/// <summary>A database of one test's own that protects itself; with two tables, a view and some rows.</summary>
sealed class ProtectedDatabase(TestDatabase database) : IAsyncDisposable
{
    public static readonly ProtectionOptions Triggers = new(ProtectionMode.Triggers, null, null, null, [], []);

    const string Application =
        """
        create table wallet (id int primary key, owner text not null, balance numeric not null default 0);
        create table entry (id bigserial primary key, wallet int references wallet, amount numeric);
        insert into wallet select n, 'owner ' || n, n from generate_series(1, 20) n;
        insert into entry (wallet, amount) select n, n from generate_series(1, 20) n;
        create materialized view total as select sum(amount) from entry;
        create index entry_wallet on entry (wallet);
        """;

    public TestDatabase Database => database;

    public PostgresUrl Url => database.Url;

    public static async Task<ProtectedDatabase> CreateAsync(ProtectionOptions? options = null, PostgresUrl? server = null)
    {
        var created = new ProtectedDatabase(server is null ? await TestDatabase.CreateAsync() : await TestDatabase.CreateAsync(server));
        await created.Database.ExecuteAsync(Application);
        await created.ProtectAsync(options ?? Triggers);
        return created;
    }

    public async Task<ProtectionPlan> ProtectAsync(ProtectionOptions options)
    {
        await using var connection = await ConnectAsync();
        var plan = await DatabaseProtection.PlanAsync(connection, options, CancellationToken.None);
        await DatabaseProtection.RunAsync(connection.Session, plan.Script, CancellationToken.None);
        return plan;
    }

    public Task<DirectConnection> ConnectAsync() =>
        DirectConnection.OpenAsync(new Target(TargetEnvironment.Production, Url, Url, SettingSource.Default), CancellationToken.None);

    public Task<Session> SessionAsync() => Session.OpenAsync(Url, null, CancellationToken.None);

    /// <summary>Runs a statement in a session of its own.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(Url, sql);

    public static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        await session.ExecuteScriptAsync(sql, CancellationToken.None);
    }

    public async Task<ProtectionFinding> VerifyAsync()
    {
        await using var session = await SessionAsync();
        return (await ProtectionFinding.ReadAsync(session, CancellationToken.None))!;
    }

    public async Task<Refusals> RefusalsAsync()
    {
        await using var session = await SessionAsync();
        return (await Refusals.ReadAsync(session, 100, CancellationToken.None))!;
    }

    /// <summary>The application's catalog and rows; what DbGate keeps of refusals is its own.</summary>
    public Task<string> DigestAsync() => database.DigestAsync(without: "dbgate");

    public ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>Constraints on what a protected database answers.</summary>
static class Refusing
{
    /// <summary>A refusal by the protection itself, whatever the statement.</summary>
    public static NUnit.Framework.Constraints.IResolveConstraint It =>
        Throws.TypeOf<PostgresFault>().With.Property(nameof(PostgresFault.SqlState)).EqualTo(ReleaseGate.Refused);
}
