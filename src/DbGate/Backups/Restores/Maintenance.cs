using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>A session next to the databases that are made, renamed and dropped.</summary>
sealed class Maintenance(Session session) : IAsyncDisposable
{
    // Creating copies template0, dropping deletes files; on a slow disk both take a while.
    static readonly SessionOptions Patient = new() { ApplicationName = "dbgate restore", CommandTimeout = TimeSpan.FromMinutes(10) };

    static readonly string[] Places = ["postgres", "template1"];

    public Session Session => session;

    /// <summary>Connects to a database of the server that is none of those that are worked on.</summary>
    public static async Task<Maintenance> OpenAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        foreach (var place in Places.Where(place => place != url.Database))
        {
            try
            {
                return await ResetAsync(await Session.OpenAsync(url.WithDatabase(place), Patient, cancellationToken), cancellationToken);
            }
            catch (GateException absent) when (absent.Problem.Code == PostgresProblems.NoDatabase && place != Places[^1])
            {
                // Some hosts have none of this name.
            }
        }

        throw new InvalidOperationException("The last place answers or throws.");
    }

    /// <summary>Connects to this very database.</summary>
    public static async Task<Maintenance> OnAsync(PostgresUrl url, CancellationToken cancellationToken) =>
        await ResetAsync(await Session.OpenAsync(url, Patient, cancellationToken), cancellationToken);

    static async Task<Maintenance> ResetAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            await SessionReset.RunAsync(session, cancellationToken);
            return new(session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public Task<bool> ExistsAsync(string database, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", cancellationToken, database);

    /// <summary>Creates a database like the source: its encoding, its locale.</summary>
    /// <returns>What could not be made the same; null when all is.</returns>
    /// <exception cref="GateException">DBG0705 it exists; DBG0711 the server refuses.</exception>
    public async Task<Problem?> CreateAsync(string name, SourceFacts? like, bool insistOnLocale, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(name, cancellationToken))
        {
            throw RestoreProblems.Exists(name);
        }

        try
        {
            await session.ExecuteAsync(
                $"CREATE DATABASE {Sql.Identifier(name)} TEMPLATE template0{(like is null ? "" : Options(like))}", cancellationToken);
            return null;
        }
        catch (PostgresFault fault) when (like is not null && fault.SqlState is "22023" or "42809" or "0A000" && !insistOnLocale)
        {
            await session.ExecuteAsync(
                $"CREATE DATABASE {Sql.Identifier(name)} TEMPLATE template0 ENCODING {Sql.Literal(like!.Encoding)} LOCALE 'C'",
                cancellationToken);
            return RestoreProblems.Finding(
                $"the scratch database has the locale C: {like.Collation} is not installed here ({fault.MessageText})");
        }
        catch (PostgresFault fault)
        {
            throw RestoreProblems.Create(
                name,
                fault.MessageText,
                fault.SqlState switch
                {
                    "42501" => $"give {session.Url.User} the right: ALTER ROLE {Sql.Identifier(session.Url.User)} CREATEDB",
                    "22023" or "42809" => "install the source's locale on the server's machine, then restart the server",
                    _ => "look at the server's log",
                });
        }
    }

    public Task DropAsync(string name, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"DROP DATABASE IF EXISTS {Sql.Identifier(name)}{(session.ServerMajor >= 13 ? " WITH (FORCE)" : "")}",
            cancellationToken);

    public ValueTask DisposeAsync() => session.DisposeAsync();

    string Options(SourceFacts like)
    {
        var provider = like.LocaleProvider switch
        {
            "icu" => $" LOCALE_PROVIDER icu ICU_LOCALE "
                + $"{Sql.Literal(like.Locale ?? "und")}{(like.IcuRules is null ? "" : $" ICU_RULES {Sql.Literal(like.IcuRules)}")}",
            "builtin" => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE {Sql.Literal(like.Locale ?? "C")}",
            _ => session.ServerMajor >= 15 ? " LOCALE_PROVIDER libc" : "",
        };
        return $" ENCODING {Sql.Literal(like.Encoding)} LC_COLLATE {Sql.Literal(like.Collation)} LC_CTYPE "
            + $"{Sql.Literal(like.CType)}{provider}";
    }
}
