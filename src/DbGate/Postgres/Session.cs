using System.Data.Common;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Postgres;

/// <summary>
/// One connection to a database, for one user at a time. Every wait is bounded by <see cref="SessionOptions"/>. An error of a statement is
/// a <see cref="PostgresFault"/>, a failure of the connection a <see cref="GateException"/>; neither holds a secret. Nothing is retried.
/// </summary>
public sealed class Session : IAsyncDisposable
{
    readonly NpgsqlDataSource source;
    readonly NpgsqlConnection connection;
    readonly PostgresUrl url;
    readonly SessionOptions options;

    Session(NpgsqlDataSource source, PostgresUrl url, SessionOptions options)
    {
        (this.source, this.url, this.options) = (source, url, options);
        connection = source.CreateConnection();
        if (options.OnNotice is { } onNotice)
        {
            connection.Notice += (_, args) => onNotice(args.Notice.InvariantSeverity, args.Notice.MessageText);
        }
    }

    /// <summary>Where it is connected to.</summary>
    public PostgresUrl Url => url;

    /// <summary>The backend's process id: what <c>pg_stat_activity</c> and <c>pg_locks</c> call it.</summary>
    public int BackendPid => connection.ProcessID;

    /// <summary>As PostgreSQL numbers it: 150018 is 15.18.</summary>
    public int ServerVersion => (connection.PostgreSqlVersion.Major * 10000) + Math.Max(connection.PostgreSqlVersion.Minor, 0);

    /// <summary>15 of 15.18.</summary>
    public int ServerMajor => connection.PostgreSqlVersion.Major;

    /// <summary>False after the connection broke.</summary>
    public bool IsOpen =>
        connection.FullState.HasFlag(System.Data.ConnectionState.Open) && !connection.FullState.HasFlag(System.Data.ConnectionState.Broken);

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="GateException">No connection: DBG0028 to DBG0036 tell why.</exception>
    internal static async Task<Session> OpenAsync(PostgresUrl url, SessionOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        options ??= SessionOptions.Default;

        Session? session = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(NpgsqlSource.ConnectTimeout(url, options) + TimeSpan.FromSeconds(1));
        try
        {
            session = new Session(NpgsqlSource.Create(url, options), url, options);
            await session.connection.OpenAsync(deadline.Token);
            Contacts.Made();
            await session.ApplyAsync(deadline.Token);
            return session;
        }
        catch (Exception fault)
        {
            await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (cancellationToken.IsCancellationRequested || fault is PostgresFault or GateException)
            {
                throw;
            }

            var explained = ConnectionFailures.Explain(url, fault);
            if (explained.Problem.State != DatabaseState.NotContacted)
            {
                Contacts.Made();
            }

            throw explained;
        }
    }

    /// <summary>
    /// Runs one statement and maps every row. It returns built-in types; a value of another type is to be cast, as in <c>status::text</c>.
    /// </summary>
    /// <param name="sql">One statement; parameters are <c>$1</c> … <c>$n</c>.</param>
    /// <param name="map">Called for each row.</param>
    /// <param name="cancellationToken">Cancels the statement on the server too.</param>
    /// <param name="args">The parameters' values; null is NULL.</param>
    /// <exception cref="PostgresFault">The server refused.</exception>
    /// <exception cref="GateException">The connection broke (DBG0036) or the time is over (DBG0037).</exception>
    public Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken, params object?[] args) =>
        GuardAsync<IReadOnlyList<T>>(sql, async () =>
        {
            await using var command = Command(sql, args);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(map(reader));
            }

            return rows;
        }, cancellationToken);

    /// <summary>The first column of the first row; default when there is no row, or NULL is there.</summary>
    /// <inheritdoc cref="QueryAsync{T}" path="/exception"/>
    public Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params object?[] args) =>
        GuardAsync(sql, async () =>
        {
            await using var command = Command(sql, args);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken)
                ? await reader.GetFieldValueAsync<T>(0, cancellationToken)
                : default;
        }, cancellationToken);

    /// <summary>Runs one statement and reports how many rows it changed; -1 when it is none that changes rows.</summary>
    /// <inheritdoc cref="QueryAsync{T}" path="/exception"/>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] args) =>
        GuardAsync(sql, async () =>
        {
            await using var command = Command(sql, args);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// Sends a whole script as one, so that it is one implicit transaction unless it holds transaction commands itself. Results are thrown
    /// away.
    /// </summary>
    /// <inheritdoc cref="QueryAsync{T}" path="/exception"/>
    public Task ExecuteScriptAsync(string sql, CancellationToken cancellationToken) => ExecuteAsync(sql, cancellationToken);

    /// <summary>
    /// Sends several statements in one round trip, as one implicit transaction; each must be exactly one statement, split by the caller.
    /// </summary>
    /// <inheritdoc cref="QueryAsync{T}" path="/exception"/>
    public Task ExecuteScriptAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statements);
        return statements.Count == 0 ? Task.CompletedTask : GuardAsync(statements[0], async () =>
        {
            await using var batch = new NpgsqlBatch(connection) { Timeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds) };
            foreach (var statement in statements)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            }

            batch.BatchCommands[^1].AppendErrorBarrier = true; // an error at the commit is the last one's then, not nobody's
            return await batch.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The columns that a statement would return, with the numbers of their types. It is parsed and not run.</summary>
    /// <inheritdoc cref="QueryAsync{T}" path="/exception"/>
    internal Task<IReadOnlyList<(string Name, uint Type)>> DescribeAsync(string sql, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<(string, uint)>>(sql, async () =>
        {
            await using var command = Command(sql, []);
            await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SchemaOnly, cancellationToken);
            return [.. Enumerable.Range(0, reader.FieldCount).Select(index => (reader.GetName(index), reader.GetDataTypeOID(index)))];
        }, cancellationToken);

    /// <summary>Closes the connection; an open transaction is rolled back by the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    async Task ApplyAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, value) in options.Settings)
        {
            await ExecuteAsync("SELECT set_config($1, $2, false)", cancellationToken, name, value);
        }
    }

    NpgsqlCommand Command(string sql, object?[] args)
    {
        var command = new NpgsqlCommand(sql, connection);

        // A string[] meant as one parameter arrives here as the parameters themselves (array covariance).
        foreach (var arg in args.GetType() == typeof(object[]) ? args : [args])
        {
            command.Parameters.Add(new NpgsqlParameter { Value = arg ?? DBNull.Value });
        }

        return command;
    }

    async Task<T> GuardAsync<T>(string sql, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (PostgresException fault) when (fault.InvariantSeverity is "FATAL" or "PANIC" && !cancellationToken.IsCancellationRequested)
        {
            throw PostgresProblems.ConnectionLost(url, fault);
        }
        catch (PostgresException fault)
        {
            throw ConnectionFailures.Fault(url, fault);
        }
        catch (NpgsqlException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw fault.InnerException is TimeoutException
                ? PostgresProblems.CommandTimedOut(url, options.CommandTimeout, sql, fault)
                : PostgresProblems.ConnectionLost(url, fault);
        }
        catch (InvalidOperationException fault) when (!IsOpen)
        {
            throw PostgresProblems.ConnectionLost(url, fault);
        }
    }
}
