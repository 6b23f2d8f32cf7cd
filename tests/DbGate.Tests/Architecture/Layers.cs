using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using DbGate.Gates;

namespace DbGate.Tests.Architecture;

/// <summary>The folders of the library in layers: a folder uses those of lower layers only, so no two use each other.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Layers
{
    const string Library = "DbGate.";

    /// <summary>From bottom to top. The folders of one line do not use each other either.</summary>
    static readonly string[][] FromBottomToTop =
    [
        ["Problems", "Texts", "Progress", "Resilience"],
        ["Processes", "Signing", "Statements"],
        ["Git"],
        ["Configuration"],
        ["Postgres", "Storage"],
        ["Scratch", "Targets"],
        ["CommandGuard", "Migrations", "Backups", "Protection", "Readiness"],
        ["Releases", "Starter", "Fleet"],
        ["Checks", "Publishing", "Reports"],
        ["Gates"],
    ];

    static readonly Lazy<IReadOnlyList<Use>> All = new(() => Uses(new ArchLoader().LoadAssembly(typeof(GateRunner).Assembly).Build()));

    [Test]
    public void Every_folder_has_a_layer() =>
        Assert.That(
            Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "DbGate"))
                .Select(Path.GetFileName)
                .Where(name => name is not ("bin" or "obj")),
            Is.EquivalentTo(FromBottomToTop.SelectMany(layer => layer)));

    [Test]
    public void A_folder_uses_lower_layers_only() => Assert.That(Upward(All.Value), Is.Empty);

    /// <summary>The reader of the assembly sees what methods call, and the rule refuses what goes up.</summary>
    [Test]
    public void A_use_that_goes_up_is_seen()
    {
        Assert.That(All.Value, Has.Member(new Use("Gates", "Releases")).And.Member(new Use("Backups", "Statements")));
        Assert.That(
            Upward([new Use("Releases", "Gates"), new Use("Backups", "Migrations"), new Use("Gates", "Releases")]), Has.Count.EqualTo(2));
    }

    static IReadOnlyList<Use> Upward(IEnumerable<Use> uses) => [.. uses.Where(use => LayerOf(use.To) >= LayerOf(use.From))];

    static int LayerOf(string folder) => Array.FindIndex(FromBottomToTop, layer => layer.Contains(folder));

    static IReadOnlyList<Use> Uses(ArchUnitNET.Domain.Architecture architecture) =>
    [
        .. architecture.Types
            .SelectMany(type => type.GetTypeDependencies(architecture).Select(target => (From: FolderOf(type), To: FolderOf(target))))
            .Where(pair => pair.From is not null && pair.To is not null && pair.From != pair.To)
            .Select(pair => new Use(pair.From!, pair.To!))
            .Distinct(),
    ];

    /// <summary>The first part of the namespace below the library's own; null for what is in none, such as generated code.</summary>
    static string? FolderOf(IType type) =>
        type.Namespace?.FullName is { } name && name.StartsWith(Library, StringComparison.Ordinal)
            ? name[Library.Length..].Split('.')[0]
            : null;

    sealed record Use(string From, string To)
    {
        public override string ToString() => $"{From} uses {To}";
    }
}
