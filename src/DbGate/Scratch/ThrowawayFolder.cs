using System.Text;
using DbGate.Problems;

namespace DbGate.Scratch;

/// <summary>The temporary folder of a <see cref="ThrowawayServer"/>: what is written before the server runs.</summary>
sealed class ThrowawayFolder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file by which clients find a socket in a folder, with the port that they take when they are told none.</summary>
    public const string SocketName = ".s.PGSQL.5432";

    const int DeleteAttempts = 100;

    static readonly TimeSpan DeletePause = TimeSpan.FromMilliseconds(20);

    // A socket's address has 108 bytes, with a zero behind it.
    const int LongestSocket = 107;

    // It is thrown away, so it need not survive a crash.
    public static IReadOnlyDictionary<string, string> Fast { get; } = new Dictionary<string, string>
    {
        ["listen_addresses"] = "127.0.0.1",
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "1h",
        ["log_line_prefix"] = "%m [%p] %q%u@%d ",
    };

    string log = "";

    ThrowawayFolder(string path, ServerAccount account)
    {
        Path = path;
        Account = account;
    }

    public string Path { get; }

    public ServerAccount Account { get; }

    public string Data => System.IO.Path.Combine(Path, "data");

    string Log => System.IO.Path.Combine(Path, "log");

    string Tablespaces => System.IO.Path.Combine(Path, "tablespaces");

    public static ThrowawayFolder Create(ServerAccount account) => Create(account, "");

    /// <summary>The same in another folder than the temporary one.</summary>
    public static ThrowawayFolder Create(ServerAccount account, string parent)
    {
        // A Unix socket's path has about 100 bytes, so the name is short.
        var path = System.IO.Path.Combine(
            parent.Length > 0 ? parent : System.IO.Path.GetTempPath(), $"dbgate-pg-{System.IO.Path.GetRandomFileName()}");
        try
        {
            return OperatingSystem.IsWindows()
                ? throw ThrowawayProblems.NoServer(major: null)
                : new(Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute).FullName, account);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ThrowawayProblems.Folder(path, e.Message);
        }
    }

    public static void Delete(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return; // The watchdog was quicker.
            }
            catch (IOException) when (attempt < DeleteAttempts)
            {
                Thread.Sleep(DeletePause); // A program that was just killed has made one more file.
            }
        }
    }

    public void Delete() => Delete(Path);

    /// <summary>Runs <c>initdb</c> as the account; the password goes by a file that only the account can read.</summary>
    public async Task InitializeAsync(ServerBinaries binaries, ThrowawayOptions options, string password,
        CancellationToken cancellationToken)
    {
        var passwordFile = Write("password", password);
        var settings = Fast.Concat(options.Ssl ? WriteCertificate() : []);
        await HandOverAsync(cancellationToken);
        var initdb = await Account.RunAsync(binaries.Initdb,
        [
            "--pgdata", Data, "--username", options.Superuser, "--pwfile", passwordFile, "--auth", "scram-sha-256",
            "--encoding", options.Encoding, "--locale", options.Locale, "--no-sync",
        ], cancellationToken);
        File.Delete(passwordFile);
        if (initdb.ExitCode != 0)
        {
            throw ThrowawayProblems.Initdb(binaries, initdb.Output);
        }

        await File.AppendAllLinesAsync(
            System.IO.Path.Combine(Data, "postgresql.conf"),
            settings.Concat(options.Settings).Select(setting => $"{setting.Key} = {Quote(setting.Value)}"), cancellationToken);
    }

    /// <summary>Makes an empty data folder of the account, for files that a program of the account restores.</summary>
    public async Task MakeDataAsync(CancellationToken cancellationToken)
    {
        await HandOverAsync(cancellationToken);
        if (await Account.RunAsync("mkdir", ["-m", "700", Data, Tablespaces], cancellationToken) is { ExitCode: not 0 } refused)
        {
            throw ThrowawayProblems.Folder(Path, refused.Output.Trim());
        }
    }

    /// <summary>Writes a file of the data folder, which stays the account's.</summary>
    public async Task WriteDataFileAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(Data, name);
        await File.WriteAllTextAsync(path, text, cancellationToken);
        await HandOverAsync(path, cancellationToken);
    }

    /// <summary>
    /// Configures restored files: only what the recovery needs is left of their own configuration. Its socket needs no password, and only
    /// the account reaches it.
    /// </summary>
    /// <returns>The arguments of the server.</returns>
    public async Task<IReadOnlyList<string>> ConfigureRestoredAsync(RestoredOptions options, CancellationToken cancellationToken)
    {
        const string Automatic = "postgresql.auto.conf";
        var automatic = System.IO.Path.Combine(Data, Automatic);
        var recovery = File.Exists(automatic)
            ? (await File.ReadAllLinesAsync(automatic, cancellationToken))
                .Where(line => line.StartsWith("restore_command", StringComparison.Ordinal)
                    || line.StartsWith("recovery_target", StringComparison.Ordinal))
            : [];
        await WriteDataFileAsync(Automatic, string.Join('\n', recovery) + "\n", cancellationToken);
        File.Delete(System.IO.Path.Combine(Data, "standby.signal"));
        await WriteDataFileAsync("recovery.signal", "", cancellationToken);

        var access = Write("pg_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        var users = Write("pg_ident.conf", "");
        var settings = new Dictionary<string, string>(Fast);
        foreach (var (name, value) in options.Settings.Concat(RestoredOptions.Apart))
        {
            settings[name] = value;
        }

        settings["hba_file"] = access;
        settings["ident_file"] = users;
        var configuration = Write(
            "postgresql.conf", string.Concat(settings.Select(setting => $"{setting.Key} = {Quote(setting.Value)}\n")));
        foreach (var file in (string[])[access, users, configuration])
        {
            await HandOverAsync(file, cancellationToken);
        }

        return ["-c", $"config_file={configuration}"];
    }

    /// <summary>True once the server takes connections: it reports it in the last line of its pid file.</summary>
    public bool IsReady()
    {
        try
        {
            return File.ReadLines(System.IO.Path.Combine(Data, "postmaster.pid")).ElementAtOrDefault(7)?.Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// A folder for the socket of a server that runs as a user of its own in a container. No other user's path leads through
    /// <see cref="Path"/>.
    /// </summary>
    public string MakeSockets()
    {
        var sockets = System.IO.Path.Combine(Path, "s");
        if (Encoding.UTF8.GetByteCount(System.IO.Path.Combine(sockets, SocketName)) > LongestSocket)
        {
            throw ThrowawayProblems.Folder(sockets, "the path is too long for a Unix socket");
        }

        Directory.CreateDirectory(sockets);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(sockets, (UnixFileMode)0b111_111_111); // whatever the umask
        }

        return sockets;
    }

    /// <summary>What the server has logged; once the folder is gone, what was read last.</summary>
    public string ReadLog()
    {
        try
        {
            return log = File.ReadAllText(Log);
        }
        catch (IOException)
        {
            return log;
        }
    }

    public void ForgetLog()
    {
        File.Delete(Log);
        log = "";
    }

    // In postgresql.conf a quote is doubled and a backslash escapes.
    static string Quote(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    IEnumerable<KeyValuePair<string, string>> WriteCertificate()
    {
        var certificate = SelfSignedCertificate.Create(DateTimeOffset.UtcNow);
        return
        [
            new("ssl", "on"),
            new("ssl_cert_file", Write("server.crt", certificate.Certificate)),
            new("ssl_key_file", Write("server.key", certificate.Key)),
        ];
    }

    string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        using var writer = new StreamWriter(path, OperatingSystem.IsWindows()
            ? new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }
            : new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        writer.Write(text);
        return path;
    }

    Task HandOverAsync(CancellationToken cancellationToken) => HandOverAsync(Path, cancellationToken);

    async Task HandOverAsync(string path, CancellationToken cancellationToken)
    {
        if (Account.Name is not null
            && await ServerAccount.Own.RunAsync("chown", ["-R", Account.Name, path], cancellationToken) is { ExitCode: not 0 } refused)
        {
            throw ThrowawayProblems.Folder(Path, refused.Output.Trim());
        }
    }
}
