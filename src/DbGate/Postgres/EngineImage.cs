using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>The image <c>postgres:N</c> of an engine. It is never pulled.</summary>
/// <param name="Engine">The program that runs it: <c>docker</c> or <c>podman</c>.</param>
/// <param name="Name"><c>postgres:17</c>.</param>
/// <param name="Id">What the name meant when it was looked up: a pull in between changes nothing.</param>
sealed record EngineImage(string Engine, string Name, string Id)
{
    /// <summary>For people.</summary>
    public string Place => $"the image {Name} ({Path.GetFileName(Engine)})";

    /// <summary>The first engine's image of a major version.</summary>
    /// <returns>The image, or what the engines state that are installed here, and what to do about the first of them.</returns>
    public static async Task<(EngineImage? Image, string Trouble, string Remedy)> FindAsync(
        int major, IEnumerable<string> engines, CancellationToken cancellationToken)
    {
        var name = $"postgres:{major}";
        var troubles = new List<(string Engine, string Trouble)>();
        foreach (var engine in engines)
        {
            var (id, trouble) = await ContainerEngines.AskAsync(engine, ["image", "inspect", "--format={{.Id}}", name], cancellationToken);
            if (id is { Length: > 0 })
            {
                return (new(engine, name, id), "", "");
            }

            troubles.AddRange(trouble is null ? [] : [(engine, trouble)]);
        }

        return troubles.Count == 0
            ? (null, $"no Docker or Podman on PATH to take the image {name} from", ContainerEngines.Remedy("docker", "", name))
            : (null,
                string.Join("; ", troubles.Select(told => $"{Path.GetFileName(told.Engine)}: {told.Trouble}")),
                ContainerEngines.Remedy(troubles[0].Engine, troubles[0].Trouble, name));
    }

    /// <summary>
    /// What runs a program in a container of its own, with the least that it can have: the engine's client, which hands pipes, signals and
    /// the exit code through.
    /// </summary>
    /// <param name="purpose">The container's name begins with it, behind <c>dbgate-</c>.</param>
    /// <param name="options">What else the container is to have.</param>
    /// <param name="program">What runs in it.</param>
    /// <param name="arguments">The program's.</param>
    /// <param name="environment">The program's. Only the names are among the engine's arguments.</param>
    public ChildCommand Run(
        string purpose, IEnumerable<string> options, string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment)
    {
        var container = $"dbgate-{purpose}-{Environment.ProcessId}-{Guid.NewGuid():N}";
        var outside = ContainerEngines.Environment();
        return new ChildCommand(Engine,
        [
            "run", "--rm", "--interactive", "--pull=never", $"--name={container}",
            "--log-driver=none", // The engine would keep all that passes, on its disk.
            "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--security-opt=label=disable",
            .. options,
            .. environment.Where(variable => variable.Value is not null).Select(variable => $"--env={variable.Key}"),
            $"--env=PATH=/usr/lib/postgresql/{Name.Split(':')[^1]}/bin:/usr/local/bin:/usr/bin:/bin",
            $"--entrypoint={program}", Id, .. arguments,
        ])
        {
            Environment = new Dictionary<string, string?>([.. outside, .. environment]),
            CleanUp = new ChildCommand(
                Engine, "rm", "--force", "--volumes", container) { Environment = outside, Deadline = ContainerEngines.Timeout },
        };
    }

    /// <summary>A file or folder of the machine at a place in the container.</summary>
    public static string Mount(string source, string target) => $"--mount=type=bind,{Field("source", source)},{Field("target", target)}";

    static string Field(string name, string path) =>
        path.AsSpan().ContainsAny(',', '"') ? $"\"{name}={path.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : $"{name}={path}";
}
