using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>
/// Where client programs come from when no folder has them: the image <c>postgres:N</c> of an engine of this Linux machine. Each program
/// runs in a container of its own, as DbGate's user, in the machine's network, with nothing of the machine but the files that it needs.
/// </summary>
/// <param name="Image">The image.</param>
/// <param name="User">The option by which a program in a container reads what DbGate's user can read.</param>
sealed record ClientImage(EngineImage Image, string User)
{
    static readonly ConcurrentDictionary<(string Engine, string Id, string Program), Version> Known = new();

    // Rootless Podman copies the image once for the user whom it keeps.
    static readonly TimeSpan FirstContainer = TimeSpan.FromMinutes(2);

    static readonly string[] Files = ["PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];
    static readonly string[] OfHome = [".pgpass", ".postgresql"];

    // A container outlives the client that started it. psql ends when its input does; another program is ended then, and waits for its
    // cancelled query.
    const string Watched =
        "exec 3<&0; \"$@\" & child=$!; trap 'kill $child; wait $child' INT TERM; { cat <&3 >/dev/null; kill $child; } & wait $child";

    /// <summary>The first engine's image of a major version, if a program of that version runs in it.</summary>
    /// <param name="program"><c>psql</c>, <c>pg_dump</c>, <c>postgres</c> …</param>
    /// <param name="major">The image's, and the program's.</param>
    /// <param name="engines">Those to ask.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<ImageSearch> FindAsync(string program, int major, IEnumerable<string> engines,
        CancellationToken cancellationToken)
    {
        var (image, missing, remedy) = await EngineImage.FindAsync(major, engines, cancellationToken);
        if (image is null)
        {
            return new(null, null, missing, remedy);
        }

        var found = new ClientImage(image, await UserAsync(image.Engine, cancellationToken));
        var (version, trouble) = await found.ReadVersionAsync(program, cancellationToken);
        return version?.Major == major
            ? new(found, version, "", null)
            : new(
                null, null,
                $"the image {image.Name} of {Path.GetFileName(image.Engine)} cannot be used: {trouble ?? $"its {program} is {version}"}",
                null);
    }

    /// <summary>What to start for a program.</summary>
    /// <param name="program"><c>psql</c>, <c>pg_dump</c> …</param>
    /// <param name="arguments">The program's.</param>
    /// <param name="environment">The program's. Only the names are among the engine's arguments.</param>
    public ChildCommand Command(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        program == "psql"
            ? Run(program, program, arguments, environment)
            : Run(program, "sh", ["-c", Watched, "sh", program, .. arguments], environment);

    // With a file of this user's: proof that the engine is this machine's and hands files on.
    async Task<(Version? Version, string? Trouble)> ReadVersionAsync(string program, CancellationToken cancellationToken)
    {
        if (Known.TryGetValue((Image.Engine, Image.Id, program), out var known))
        {
            return (known, null);
        }

        using var folder = RunFolder.Create();
        try
        {
            var file = Path.Combine(folder.Path, "pass");
            await File.WriteAllTextAsync(file, "", cancellationToken);
            var command =
                Run(program, "sh", ["-c", "cat \"$PGPASSFILE\" && exec \"$0\" --version", program],
                    new Dictionary<string, string?> { ["PGPASSFILE"] = file });
            var outcome = await ChildProcess.RunAsync(command with { Deadline = FirstContainer }, cancellationToken);
            return outcome.Succeeded && ClientTools.ParseVersion(outcome.StandardOutput) is { } version
                ? (Known[(Image.Engine, Image.Id, program)] = version, null)
                : (null, ContainerEngines.FirstLine(outcome));
        }
        catch (GateException fault)
        {
            return (null, fault.Problem.Message);
        }
    }

    ChildCommand Run(string program, string entryPoint, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var inside = new Dictionary<string, string?>(environment) { ["HOME"] = home };
        foreach (var file in Files.Where(file => File.Exists(inside.GetValueOrDefault(file))))
        {
            inside[file] = Path.GetFullPath(inside[file]!);
        }

        return Image.Run(
            program,
            ["--network=host", "--cap-add=DAC_OVERRIDE", User,
                .. Mounts(inside, home).Select(path => $"{EngineImage.Mount(path, path)},readonly")],
            entryPoint,
            arguments,
            inside);
    }

    // What libpq reads: by the variables, at its usual places, and a socket in its folder.
    static IEnumerable<string> Mounts(Dictionary<string, string?> inside, string home) =>
        Files.Select(file => inside.GetValueOrDefault(file)).OfType<string>().Where(File.Exists)
            .Concat(OfHome.Select(name => Path.Combine(home, name)).Where(Path.Exists))
            .Concat(inside.GetValueOrDefault("PGHOST") is ['/', ..] socket && Directory.Exists(socket) ? [socket] : [])
            .Distinct();

    // Without root, an engine's containers have DbGate's user as their root; Podman can leave it as it is.
    static async Task<string> UserAsync(string engine, CancellationToken cancellationToken)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"--user={Native.UserId()}:{Native.GroupId()}");
        return Path.GetFileName(engine) == "podman" ? Environment.IsPrivilegedProcess ? own : "--userns=keep-id"
            : (await ContainerEngines.AskAsync(engine, ["info", "--format={{.SecurityOptions}}"], cancellationToken)).Answer?.Contains(
                "name=rootless", StringComparison.Ordinal) == true ? "--user=0:0"
            : own;
    }

    static class Native
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint UserId();

        [DllImport("libc", EntryPoint = "getegid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint GroupId();
    }
}
