using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Tools;
using DbGate.Releases.Plans;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// Everything that decides which catalog a replay gives, as one number: the files, the command and its programs, the tool, the server, the
/// role, and this program's own version.
/// </summary>
static class ReplayDigest
{
    /// <summary>Of migrations whose SQL DbGate sends.</summary>
    public static string From(ReplayPlace place, IReadOnlyList<MigrationScript> applied) =>
        Hash([.. place.Lines, .. applied.Select(one => $"{one.File.Name} {Hash([one.Script.Text])}")]);

    /// <summary>Of a command that applies them; null where the project has more files than are looked at.</summary>
    public static string? From(ReplayPlace place, Settings settings, MigrationProject project)
    {
        var tree = ProjectTree.Read(project.Root);
        return !tree.IsComplete ? null : Hash(
        [
            .. place.Lines,
            project.Command(settings),
            $"{project.Tool.Facts.Id} {project.Version}",
            .. (CommandPrograms.Read(settings) ?? []).Select(program => $"{program.Path} {program.Sha256}"),
            .. tree.Files.Select(file => $"{file} {OfFile(Path.Combine(tree.Root, file))}"),
        ]);
    }

    static string OfFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"unreadable {Guid.NewGuid()}";
        }
    }

    static string Hash(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(Length)))));

    // With its length no line can end another one.
    static string Length(string line) => string.Create(CultureInfo.InvariantCulture, $"{line.Length}:{line}");
}

/// <summary>Where a replay runs.</summary>
/// <param name="ServerVersion">Of the scratch server.</param>
/// <param name="Encoding">Of the database.</param>
/// <param name="Role">The role that replays, with its attributes.</param>
/// <param name="Schema">Of the search path.</param>
/// <param name="Scope">What counts.</param>
sealed record ReplayPlace(int ServerVersion, string Encoding, string Role, string Schema, CatalogScope Scope)
{
    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Lines =>
    [
        $"DbGate {ToolVersion.Current}", $"{ServerVersion}", Encoding, Role, Schema,
        string.Join(' ', Scope.IgnoredSchemas.Order(StringComparer.Ordinal)), string.Join(' ', Scope.Ledgers.Order(StringComparer.Ordinal)),
    ];
}
