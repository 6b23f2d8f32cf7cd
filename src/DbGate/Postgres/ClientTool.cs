using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>One of PostgreSQL's client programs: on this machine, or in an image that this machine has.</summary>
/// <param name="Path">Absolute; in an image, its bare name.</param>
/// <param name="Version">Major and minor, as it states itself: 15.18; minor 0 for a beta.</param>
sealed record ClientTool(string Path, Version Version)
{
    /// <summary><c>pg_dump</c>, <c>psql</c> …</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Where it is, for people: its folder, or the image and what runs it.</summary>
    internal string Place => Image is null ? System.IO.Path.GetDirectoryName(Path)! : Image.Image.Place;

    /// <summary>What is known to be unsafe about this version: a warning (DBG0042), or null.</summary>
    public Problems.Problem? Warning => SecurityFloors.From(this) is { } floor ? PostgresProblems.BelowSecurityFloor(this, floor) : null;

    internal ClientImage? Image { get; init; }

    /// <summary>What to start.</summary>
    internal ChildCommand Command(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        Image?.Command(Name, arguments, environment) ?? new ChildCommand(Path, arguments) { Environment = environment, IsAlone = true };
}
