using System.Security.Cryptography;

namespace DbGate.Testing;

/// <summary>
/// Programs from npm that tests use: the packages of <c>tests/&lt;name&gt;/package-lock.json</c>, installed once per lock file into
/// <c>artifacts/&lt;name&gt;/</c> (<c>npm ci</c>). Tests that use them are ignored where Node is missing, and failed in CI.
/// </summary>
/// <param name="name">The folder under <c>tests/</c>.</param>
/// <param name="others">Further files of it that belong into the installed folder.</param>
public sealed class NpmFolder(string name, params string[] others)
{
    static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(10);

    readonly string[] sources = ["package.json", "package-lock.json", ".npmrc", .. others];

    /// <summary>The folder with <c>node_modules</c>; installs it when it is not there.</summary>
    public async Task<string> InstallAsync()
    {
        if (Shell.Find("node") is null || Shell.Find("npm") is null)
        {
            throw Counterpart.Missing(
                $"Node.js is not installed, and tests/{name} needs it", "install Node.js 20.19 or newer (https://nodejs.org)");
        }

        var source = Path.Combine(Repository.Root, "tests", name);
        var digest = sources.Aggregate("", (hash, file) => Hash(hash, File.ReadAllBytes(Path.Combine(source, file))));
        var parent = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", name)).FullName;
        var folder = Path.Combine(parent, digest[..12]);
        var done = Path.Combine(folder, "installed");
        await using var turn = await TakeTurnAsync(Path.Combine(parent, "lock"));
        if (!File.Exists(done))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in sources)
            {
                File.Copy(Path.Combine(source, file), Path.Combine(folder, file), overwrite: true);
            }

            (await Shell.RunAsync("npm", ["ci"], folder, deadline: InstallDeadline)).Succeeded();
            await File.WriteAllTextAsync(done, "");
        }

        return folder;
    }

    static string Hash(string before, byte[] bytes) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(before), .. bytes]));

    // Several test processes may want to install at once.
    static async Task<FileStream> TakeTurnAsync(string path)
    {
        for (var until = DateTimeOffset.UtcNow + InstallDeadline; ; await Task.Delay(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException) when (DateTimeOffset.UtcNow < until)
            {
                // Another process installs.
            }
        }
    }
}
