using DbGate.Postgres;


namespace DbGate.Scratch;

/// <summary>
/// Where a throwaway server that shall be like another one comes from: programs of this machine, or an image that it has.
/// </summary>
sealed class ThrowawaySource
{
    readonly EngineImage? image;

    ThrowawaySource(Version version, string place, EngineImage? image, string? shortcoming) =>
        (Version, Place, this.image, Shortcoming) = (version, place, image, shortcoming);

    /// <summary>The server's.</summary>
    public Version Version { get; }

    /// <summary>For people: a folder, or the image and what runs it.</summary>
    public string Place { get; }

    /// <summary>What a report calls it.</summary>
    public string Words => image is null ? "a throwaway server" : $"a throwaway server from the image {image.Name}";

    /// <summary>What to do about an extension that it does not offer.</summary>
    public string Lacking => image is null
        ? "install their packages on this machine"
        : $"give an image that has them this name ({Path.GetFileName(image.Engine)} tag <image> {image.Name})";

    /// <summary>Why it is of a newer version than wanted; null when it is not.</summary>
    public string? Shortcoming { get; }

    /// <summary>
    /// The best that this machine has for a major version: programs of that version, then the image <c>postgres:N</c>, then programs of the
    /// next newer version, for a newer server reads an older one's dump, never the other way round.
    /// </summary>
    /// <exception cref="Problems.GateException">There is none (DBG0050 to DBG0052).</exception>
    public static async Task<ThrowawaySource> FindAsync(int major, CancellationToken cancellationToken) =>
        await FindAsync(major, await ServerBinaries.FindAllAsync(cancellationToken), ContainerEngines.All, cancellationToken);

    internal static async Task<ThrowawaySource> FindAsync(
        int major, IReadOnlyList<ServerBinaries> installed, IEnumerable<string> engines, CancellationToken cancellationToken)
    {
        if (installed.FirstOrDefault(binaries => binaries.Version.Major == major) is { } same)
        {
            return From(same, null);
        }

        var search = await ClientImage.FindAsync("postgres", major, engines, cancellationToken);
        return search.Image is { Image: var image } ? new(search.Version!, image.Place, image, null)
            : installed.Where(binaries => binaries.Version.Major > major).MinBy(binaries => binaries.Version.Major) is { } newer
                ? From(newer, $"no PostgreSQL {major} is installed here; {search.Trouble}")
            : throw ServerBinaries.Missing(major, installed, search);
    }

    /// <summary>It has a library that a server can load at its start. What an image has shows only when it starts.</summary>
    public bool HasLibrary(string name) =>
        image is not null
            || ((string[])["lib", "lib/postgresql"]).Any(folder => File.Exists(System.IO.Path.Combine(Place, "..", folder, $"{name}.so")));

    /// <summary>Makes and starts one.</summary>
    /// <param name="options">What it is to be like; its version is this one's, whatever they state.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Where it listens, as its superuser, and what ends it.</returns>
    /// <exception cref="Problems.GateException">It does not start (DBG0053 to DBG0056), or cannot be reached (DBG0050).</exception>
    public async Task<(PostgresUrl Url, IAsyncDisposable Server)> StartAsync(ThrowawayOptions options, CancellationToken cancellationToken)
    {
        if (image is not null)
        {
            var container = await ThrowawayContainer.StartAsync(image, options, cancellationToken);
            try
            {
                return await container.KnockAsync(cancellationToken) is { } silence
                    ? throw ThrowawayProblems.Unreachable(image, Version.Major, silence)
                    : (container.Url, container);
            }
            catch
            {
                await container.DisposeAsync();
                throw;
            }
        }

        var server = await ThrowawayServer.StartAsync(options with { Major = Version.Major }, cancellationToken);
        return (server.Url, server);
    }

    static ThrowawaySource From(ServerBinaries binaries, string? shortcoming) => new(binaries.Version, binaries.Folder, null, shortcoming);
}
