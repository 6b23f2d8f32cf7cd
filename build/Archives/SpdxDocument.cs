using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DbGate.Build.Archives;

/// <summary>The list of an archive's packages as SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/). Pure.</summary>
static partial class SpdxDocument
{
    const string Root = "SPDXRef-dbgate";
    const string Unknown = "NOASSERTION";

    static readonly JsonSerializerOptions Pretty =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="name">The archive's name without its ending.</param>
    /// <param name="version">DbGate's version.</param>
    /// <param name="archiveSha256">The archive's hash; it makes the document's namespace unique.</param>
    /// <param name="packages">What is inside.</param>
    /// <param name="time">When it was made.</param>
    public static string Render(
        string name, string version, string archiveSha256, IReadOnlyList<RestoredPackage> packages, DateTimeOffset time)
    {
        var ids = packages.ToDictionary(package => package.Id, Reference, StringComparer.OrdinalIgnoreCase);
        var document = new
        {
            spdxVersion = "SPDX-2.3",
            dataLicense = "CC0-1.0",
            SPDXID = "SPDXRef-DOCUMENT",
            name,
            documentNamespace = $"https://spdx.org/spdxdocs/{name}-{archiveSha256}",
            creationInfo = new
            {
                created = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                creators = new[] { $"Tool: DbGate.Build-{version}" },
            },
            packages = new[] { Own(version, archiveSha256) }.Concat(packages.Select(Describe)),
            relationships = new[] { Relation("SPDXRef-DOCUMENT", "DESCRIBES", Root) }
                .Concat(packages.Select(package => Relation(Root, "CONTAINS", Reference(package))))
                .Concat(
                    packages.SelectMany(package => package.DependsOn.Where(ids.ContainsKey)
                        .Select(other => Relation(Reference(package), "DEPENDS_ON", ids[other])))),
        };
        return JsonSerializer.Serialize(document, Pretty) + "\n";
    }

    static object Own(string version, string sha256) => new
    {
        SPDXID = Root,
        name = "dbgate",
        versionInfo = version,
        downloadLocation = Unknown,
        filesAnalyzed = false,
        checksums = new[] { new { algorithm = "SHA256", checksumValue = sha256 } },
        licenseConcluded = "MIT",
        licenseDeclared = "MIT",
        copyrightText = "Copyright (c) The DbGate authors",
    };

    static object Describe(RestoredPackage package) => new
    {
        SPDXID = Reference(package),
        name = package.Id,
        versionInfo = package.Version,
        downloadLocation = Unknown,
        filesAnalyzed = false,
        checksums = package.Sha512 is null ? [] : new[] { new { algorithm = "SHA512", checksumValue = package.Sha512 } },
        licenseConcluded = Unknown,
        licenseDeclared = package.License ?? Unknown,
        copyrightText = Unknown,
        externalRefs = new[]
        {
            new { referenceCategory = "PACKAGE-MANAGER", referenceType = "purl",
                referenceLocator = $"pkg:nuget/{package.Id}@{package.Version}" },
        },
    };

    static object Relation(string from, string how, string to) =>
        new { spdxElementId = from, relationshipType = how, relatedSpdxElement = to };

    /// <summary>Letters, digits, dots and dashes.</summary>
    static string Reference(RestoredPackage package) => $"SPDXRef-nuget-{NoIdentifier().Replace($"{package.Id}-{package.Version}", "-")}";

    [GeneratedRegex("[^A-Za-z0-9.-]")]
    private static partial Regex NoIdentifier();
}
