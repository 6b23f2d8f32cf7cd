using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>
/// The image <c>postgres:N</c> of a Docker or Podman engine on this Linux machine: where client programs come from when no folder has them. It is never
/// pulled. Each program runs in a container of its own, as DbGate's user, in the machine's network, with nothing of the machine but the files that it needs.
/// </summary>
/// <param name="Engine">The program that runs it: <c>docker</c> or <c>podman</c>.</param>
/// <param name="Name"><c>postgres:17</c>.</param>
/// <param name="Id">What the name meant when it was looked up: a pull in between changes nothing.</param>
/// <param name="User">The options by which a program in a container reads what DbGate's user can read.</param>
sealed record ClientImage(string Engine, string Name, string Id, string User)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly ConcurrentDictionary<(string Engine, string Id, string Program), Version> Known = new();
    static readonly string[] Files = ["PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];
    static readonly string[] OfHome = [".pgpass", ".postgresql"];
    static readonly string[] OfEngines = ["DOCKER_", "CONTAINER", "XDG_", "DBUS_SESSION_BUS_ADDRESS"];

    // A container outlives the client that started it. psql ends when its input does; another program is ended then, and waits for its cancelled query.
    const string Watched = "exec 3<&0; \"$@\" & child=$!; trap 'kill $child; wait $child' INT TERM; { cat <&3 >/dev/null; kill $child; } & wait $child";

    /// <summary>The programs that can run an image, as they are tried. None but on Linux: elsewhere a container's network is not the machine's.</summary>
    public static IReadOnlyList<string> Engines { get; } = OperatingSystem.IsLinux() ? ["docker", "podman"] : [];

    /// <summary>The first engine's image of a major version.</summary>
    /// <returns>The image, or what the engines say that are installed here.</returns>
    public static async Task<(ClientImage? Image, string Trouble)> FindAsync(int major, IEnumerable<string> engines, CancellationToken ct)
    {
        var name = $"postgres:{major}";
        var troubles = new List<string>();
        foreach (var engine in engines)
        {
            var (id, trouble) = await AskAsync(engine, ["image", "inspect", "--format={{.Id}}", name], ct);
            if (id is { Length: > 0 })
            {
                return (new(engine, name, id, await UserAsync(engine, ct)), "");
            }

            troubles.AddRange(trouble is null ? [] : [$"{Path.GetFileName(engine)}: {trouble}"]);
        }

        return (null, troubles.Count > 0 ? string.Join("; ", troubles) : $"no Docker or Podman on PATH to take the image {name} from");
    }

    /// <summary>Runs a program for its version, with a file of this user's: proof that the engine is this machine's and hands files on.</summary>
    /// <returns>The version, or why there is none.</returns>
    public async Task<(Version? Version, string? Trouble)> ReadVersionAsync(string program, CancellationToken ct)
    {
        if (Known.TryGetValue((Engine, Id, program), out var known))
        {
            return (known, null);
        }

        var folder = Directory.CreateTempSubdirectory("dbgate-");
        try
        {
            var file = Path.Combine(folder.FullName, "pass");
            await File.WriteAllTextAsync(file, "", ct);
            var command = Run(program, "sh", ["-c", "cat \"$PGPASSFILE\" && exec \"$0\" --version", program], new Dictionary<string, string?> { ["PGPASSFILE"] = file });
            var outcome = await ChildProcess.RunAsync(command with { Deadline = Patience }, ct);
            return outcome.Succeeded && ClientTools.ParseVersion(outcome.StandardOutput) is { } version
                ? (Known[(Engine, Id, program)] = version, null)
                : (null, FirstLine(outcome));
        }
        catch (GateException fault)
        {
            return (null, fault.Problem.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What to start for a program: the engine's client, which hands pipes, signals and the exit code through.</summary>
    /// <param name="program"><c>psql</c>, <c>pg_dump</c> …</param>
    /// <param name="arguments">The program's.</param>
    /// <param name="environment">The program's. Only the names stand among the engine's arguments.</param>
    public ChildCommand Command(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        program == "psql" ? Run(program, program, arguments, environment) : Run(program, "sh", ["-c", Watched, "sh", program, .. arguments], environment);

    ChildCommand Run(string program, string entryPoint, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var container = $"dbgate-{program}-{Environment.ProcessId}-{Guid.NewGuid():N}";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var inside = new Dictionary<string, string?>(environment) { ["HOME"] = home };
        foreach (var file in Files.Where(file => File.Exists(inside.GetValueOrDefault(file))))
        {
            inside[file] = Path.GetFullPath(inside[file]!);
        }

        string[] options =
        [
            "run", "--rm", "--interactive", "--pull=never", $"--name={container}", "--network=host",
            "--log-driver=none", // The engine would keep all that passes, on its disk.
            "--read-only", "--cap-drop=ALL", "--cap-add=DAC_OVERRIDE", "--security-opt=no-new-privileges", "--security-opt=label=disable", User,
            .. Mounts(inside, home).Select(path => $"--mount=type=bind,{Field("source", path)},{Field("target", path)},readonly"),
            .. inside.Where(variable => variable.Value is not null).Select(variable => $"--env={variable.Key}"),
            $"--env=PATH=/usr/lib/postgresql/{Name.Split(':')[^1]}/bin:/usr/local/bin:/usr/bin:/bin",
            $"--entrypoint={entryPoint}", Id, .. arguments,
        ];
        var outside = OfEngine();
        return new ChildCommand(Engine, options)
        {
            Environment = new Dictionary<string, string?>([.. outside, .. inside]),
            CleanUp = new ChildCommand(Engine, "rm", "--force", "--volumes", container) { Environment = outside, Deadline = Patience },
        };
    }

    // What libpq reads: by the variables, at its usual places, and a socket in its folder.
    static IEnumerable<string> Mounts(Dictionary<string, string?> inside, string home) =>
        Files.Select(file => inside.GetValueOrDefault(file)).OfType<string>().Where(File.Exists)
            .Concat(OfHome.Select(name => Path.Combine(home, name)).Where(Path.Exists))
            .Concat(inside.GetValueOrDefault("PGHOST") is ['/', ..] socket && Directory.Exists(socket) ? [socket] : [])
            .Distinct();

    static string Field(string name, string path) => path.AsSpan().ContainsAny(',', '"') ? $"\"{name}={path.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : $"{name}={path}";

    // Without root, an engine's containers have DbGate's user as their root; Podman can leave it as it is.
    static async Task<string> UserAsync(string engine, CancellationToken ct)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"--user={Native.UserId()}:{Native.GroupId()}");
        return Path.GetFileName(engine) == "podman" ? Environment.IsPrivilegedProcess ? own : "--userns=keep-id"
            : (await AskAsync(engine, ["info", "--format={{.SecurityOptions}}"], ct)).Answer?.Contains("name=rootless", StringComparison.Ordinal) == true ? "--user=0:0"
            : own;
    }

    static async Task<(string? Answer, string? Trouble)> AskAsync(string engine, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        try
        {
            var outcome = await ChildProcess.RunAsync(new ChildCommand(engine, arguments) { Environment = OfEngine(), Deadline = Patience }, ct);
            return outcome.Succeeded ? (outcome.StandardOutput.Trim(), null) : (null, FirstLine(outcome));
        }
        catch (GateException fault)
        {
            return (null, fault.Problem.Code == ProcessProblems.NotStarted ? null : fault.Problem.Message);
        }
    }

    static string FirstLine(ChildOutcome outcome) => (outcome.StandardError + outcome.StandardOutput).Trim().Split('\n')[0];

    // How the engine's client finds its engine.
    static Dictionary<string, string?> OfEngine() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => OfEngines.Any(start => ((string)entry.Key).StartsWith(start, StringComparison.Ordinal)))
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);

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
