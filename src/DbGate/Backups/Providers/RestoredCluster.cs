using System.Globalization;
using DbGate.Backups.Manifests;
using DbGate.Backups.Restores;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>
/// A whole cluster, restored from an engine's backup to a restore point, on a throwaway server. Nothing of it remains when it is disposed.
/// </summary>
sealed class RestoredCluster : IAsyncDisposable
{
    /// <summary>The database with the definitions of the target's and no rows.</summary>
    public const string SchemaDatabase = "dbgate_schema";

    const double SpareSpace = 1.1;

    readonly ThrowawayServer server;

    RestoredCluster(EngineProofFile proof, ThrowawayServer server, PostgresUrl loadUrl, SourceFacts source, TimeSpan elapsed) =>
        (Proof, this.server, LoadUrl, Source, RestoreTime) = (proof, server, loadUrl, source, elapsed);

    /// <summary>What it was restored by.</summary>
    public EngineProofFile Proof { get; }

    /// <summary>The target's database in it, as a superuser.</summary>
    public PostgresUrl Url => server.Url.WithDatabase(Proof.Proof.Source.DatabaseName);

    /// <summary>The same without the limits that role and database may carry.</summary>
    public PostgresUrl LoadUrl { get; }

    /// <summary>What its database is like.</summary>
    public SourceFacts Source { get; }

    /// <summary>150018 is 15.18.</summary>
    public int ServerVersion => Source.ServerVersion;

    /// <summary>The measured time from the first file to the first connection: the real time of a rollback.</summary>
    public TimeSpan RestoreTime { get; }

    /// <summary>For people, without the version.</summary>
    public string Words => $"a throwaway server with the cluster that {Proof.Proof.Engine} restored to {Proof.Proof.Point.Name}";

    /// <summary>For people.</summary>
    public string Place => string.Create(
        CultureInfo.InvariantCulture, $"{Words}, PostgreSQL {ServerVersion / 10000}.{ServerVersion % 10000}");

    /// <summary><see cref="SchemaDatabase"/> is there.</summary>
    public bool HasSchema { get; private set; }

    /// <summary>A step has changed the rows: it proves nothing about the backup any more.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Restores it.</summary>
    /// <param name="provider">The engine.</param>
    /// <param name="file">The proof.</param>
    /// <param name="settings">Settings of the server that change what SQL means.</param>
    /// <param name="options">Settings of the engine.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0374: the recovery stopped earlier; DBG0375: no space; the engine's and the server's own
    /// problems.</exception>
    public static async Task<RestoredCluster> RestoreAsync(
        IRestorableProvider provider, EngineProofFile file, IReadOnlyDictionary<string, string> settings, EngineOptions options,
        CancellationToken cancellationToken)
    {
        var proof = file.Proof;
        var binaries = await ServerBinaries.FindAsync(proof.Source.ServerVersion / 10000, cancellationToken);
        var began = options.Clock.GetTimestamp();
        var folder = ThrowawayFolder.Create(ServerAccount.Choose(), options.ScratchFolder);
        try
        {
            DemandSpace(folder.Path, proof.Backup.Bytes);
            await folder.MakeDataAsync(cancellationToken);
            await provider.RestoreAsync(proof.Backup, proof.Point, folder, cancellationToken);
            var server = await StartAsync(provider, file, binaries, folder, settings, options, cancellationToken);
            try
            {
                var elapsed = options.Clock.GetElapsedTime(began);
                return await ConnectAsync(file, server, elapsed, cancellationToken);
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    /// <summary>Makes <see cref="SchemaDatabase"/>; before a step changes the definitions.</summary>
    /// <returns>The database, as a superuser.</returns>
    public async Task<PostgresUrl> MakeSchemaAsync(CancellationToken cancellationToken)
    {
        if (!HasSchema)
        {
            await using var maintenance = await Maintenance.OpenAsync(LoadUrl, cancellationToken);
            await maintenance.CreateAsync(SchemaDatabase, Source, insistOnLocale: false, cancellationToken);
            await SchemaCopying.RunAsync(
                LoadUrl, LoadUrl.WithDatabase(SchemaDatabase), maintenance.Session.ServerMajor, cancellationToken);
            HasSchema = true;
        }

        return server.Url.WithDatabase(SchemaDatabase);
    }

    /// <summary>Compares it with what the database contained at the restore point.</summary>
    /// <returns>The problem, null where nothing differs; and what was compared.</returns>
    /// <exception cref="GateException">DBG0376: the comparison is not conclusive; DBG0381: a table cannot be read.</exception>
    public async Task<(Problem? Difference, EngineContent Found)> CompareAsync(
        EngineOptions options, CancellationToken cancellationToken)
    {
        var expected = Proof.Proof.Content ?? throw EngineProblems.Proof(Proof.Key, "it does not contain what the database contained");
        var found = await new ContentReader(LoadUrl, options).ReadCopyAsync(expected, cancellationToken);
        found = found with { NotChecked = [.. found.NotChecked, .. ContentComparison.Undecided(expected, found)] };
        var differences = ContentComparison.Differences(expected, found);

        // A deletion by a transaction that committed at that moment leaves no trace, so that such a difference proves nothing.
        if (differences.Count > 0 && found.Running.Count > 0)
        {
            throw EngineProblems.Moved(found.Running.Count);
        }

        return (differences.Count == 0 ? null : EngineProblems.Differs(differences), found);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    static async Task<ThrowawayServer> StartAsync(
        IRestorableProvider provider, EngineProofFile file, ServerBinaries binaries, ThrowawayFolder folder,
        IReadOnlyDictionary<string, string> settings, EngineOptions options, CancellationToken cancellationToken)
    {
        var proof = file.Proof;
        var all = new Dictionary<string, string>(settings);
        foreach (var (name, value) in proof.Source.Settings)
        {
            all[name] = value;
        }

        if (Preloaded(binaries, proof.Source.Libraries) is { Length: > 0 } libraries)
        {
            all["shared_preload_libraries"] = string.Join(',', libraries);
            if (libraries.Contains(PreloadedLibraries.Cron))
            {
                all[PreloadedLibraries.CronDatabase] = proof.Source.DatabaseName;
                all["cron.max_running_jobs"] = "0";
                all["cron.log_run"] = "off";
            }
        }

        ThrowawayServer server;
        try
        {
            server = await ThrowawayServer.StartRestoredAsync(
                binaries, folder,
                new()
                {
                    Superuser = proof.Source.Superuser, Database = proof.Source.DatabaseName, Settings = all, Deadline = options.Deadline,
                },
                cancellationToken);
        }
        catch (GateException) when (folder.ReadLog() is var log && log.Contains("recovery", StringComparison.Ordinal))
        {
            throw EngineProblems.NotReached(provider.Name, proof.Point, log);
        }

        if (folder.ReadLog() is var said
            && !said.Contains($"recovery stopping at restore point \"{proof.Point.Name}\"", StringComparison.Ordinal))
        {
            await server.DisposeAsync();
            throw EngineProblems.NotReached(provider.Name, proof.Point, said);
        }

        return server;
    }

    static async Task<RestoredCluster> ConnectAsync(
        EngineProofFile file, ThrowawayServer server, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var source = file.Proof.Source;
        var url = server.Url.WithDatabase(source.DatabaseName);
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        var facts = await ServerFacts.ReadAsync(session, cancellationToken);
        var identity = facts.RequireIdentity(url);
        return identity.SystemIdentifier == source.SystemIdentifier && identity.DatabaseOid == source.DatabaseOid
            ? new(file, server, await SessionReset.ApplyAsync(url, session, cancellationToken), Describe(facts, identity), elapsed)
            : throw EngineProblems.OtherCluster(
                file.Proof.Engine, file.Proof.Backup.Label, identity.SystemIdentifier, source.SystemIdentifier);
    }

    static SourceFacts Describe(ServerFacts facts, TargetIdentity identity) => new(
        identity.SystemIdentifier, identity.DatabaseOid, identity.DatabaseName, identity.ServerVersion, facts.VersionText, false, "",
        facts.Encoding, facts.Collate, facts.CType, facts.LocaleProvider switch { "i" => "icu", "b" => "builtin", _ => "libc" },
        facts.ProviderLocale, new Dictionary<string, string>(), 0);

    static string[] Preloaded(ServerBinaries binaries, IReadOnlyList<string> libraries) =>
        [.. libraries.Where(name => ((string[])["lib", "lib/postgresql"])
            .Any(folder => File.Exists(Path.Combine(binaries.Folder, "..", folder, $"{name}.so"))))];

    static void DemandSpace(string folder, long bytes)
    {
        var (needed, free) = ((long)(bytes * SpareSpace), new DriveInfo(folder).AvailableFreeSpace);
        if (free < needed)
        {
            throw EngineProblems.NoSpace(folder, needed, free);
        }
    }
}
