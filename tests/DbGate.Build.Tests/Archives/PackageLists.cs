using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Build.Archives;

namespace DbGate.Build.Tests.Archives;

/// <summary>From the restore's assets file to SPDX.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PackageLists
{
    const string Assets = """
        {
          "version": 3,
          "targets": { "net10.0": {}, "net10.0/linux-x64": {
            "Npgsql/10.0.3": { "type": "package", "dependencies": { "Logging": "10.0.0" }, "runtime": { "lib/net10.0/Npgsql.dll": {} } },
            "Logging/10.0.0": { "type": "package", "runtime": { "lib/net10.0/Logging.dll": {} } },
            "Analyzer/1.0.0": { "type": "package", "build": { "build/Analyzer.props": {} } },
            "Empty/1.0.0": { "type": "package", "runtime": { "lib/net10.0/_._": {} } },
            "DbGate/1.0.0": { "type": "project", "runtime": { "bin/placeholder/DbGate.dll": {} } } } },
          "libraries": {
            "Npgsql/10.0.3": { "sha512": "AQID", "type": "package" }, "Logging/10.0.0": { "sha512": "BAUG", "type": "package" },
            "Analyzer/1.0.0": { "sha512": "BAUG", "type": "package" }, "Empty/1.0.0": { "sha512": "BAUG", "type": "package" }, "DbGate/1.0.0": { "type": "project" } },
          "packageFolders": { "FOLDER": {} },
          "project": { "frameworks": { "net10.0": {
            "downloadDependencies": [
              { "name": "Microsoft.NETCore.App.Runtime.linux-x64", "version": "[10.0.12, 10.0.12]" },
              { "name": "Microsoft.NETCore.App.Host.linux-x64", "version": "[10.0.12, 10.0.12]" },
              { "name": "Microsoft.NETCore.App.Runtime.linux-arm64", "version": "[10.0.12, 10.0.12]" },
              { "name": "Microsoft.AspNetCore.App.Runtime.linux-x64", "version": "[10.0.12, 10.0.12]" },
              { "name": "Microsoft.NETCore.App.Crossgen2.linux-x64", "version": "[10.0.12, 10.0.12]" } ],
            "frameworkReferences": { "Microsoft.NETCore.App": { "privateAssets": "all" } } } } }
        }
        """;

    static IReadOnlyList<RestoredPackage> Packages(string assets = Assets)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-spdx-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "npgsql", "10.0.3"));
            File.WriteAllText(
                Path.Combine(folder, "npgsql/10.0.3/npgsql.nuspec"),
                """<package><metadata><license type="expression">PostgreSQL</license></metadata></package>""");
            var file = Path.Combine(folder, "project.assets.json");
            File.WriteAllText(
                file, assets.Replace("FOLDER", folder.Replace("\\", "/", StringComparison.Ordinal), StringComparison.Ordinal));
            return RestoredPackages.Read(file, "linux-x64");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Name_what_is_inside_and_nothing_that_only_helped_to_build() =>
        Assert.That(
            Packages().Select(package => $"{package.Id} {package.Version} {package.Sha512} {package.License}"),
            Is.EqualTo(
                new[] { "Logging 10.0.0 040506 ", "Microsoft.NETCore.App.Host.linux-x64 10.0.12  ",
                    "Microsoft.NETCore.App.Runtime.linux-x64 10.0.12  ", "Npgsql 10.0.3 010203 PostgreSQL" }));

    [Test]
    public void Name_the_framework_that_only_a_library_asks_for() =>
        Assert.That(
            Packages(
                Assets.Replace(
                    "\"bin/placeholder/DbGate.dll\": {} }",
                    "\"bin/placeholder/DbGate.dll\": {} }, \"frameworkReferences\": [ \"Microsoft.AspNetCore.App\" ]",
                    StringComparison.Ordinal))
                .Select(package => package.Id),
            Has.Member("Microsoft.AspNetCore.App.Runtime.linux-x64"));

    /// <summary>
    /// What SPDX 2.3 demands of a document (its JSON schema's required members and patterns, and that no reference dangles).
    /// </summary>
    [Test]
    public void Are_valid_SPDX()
    {
        using var json =
            JsonDocument.Parse(
                SpdxDocument.Render("dbgate-1.0.0-linux-x64", "1.0.0", new string('a', 64), Packages(), DateTimeOffset.UnixEpoch));
        var document = json.RootElement;
        Assert.That(document.GetProperty("spdxVersion").GetString(), Is.EqualTo("SPDX-2.3"));
        Assert.That(document.GetProperty("dataLicense").GetString(), Is.EqualTo("CC0-1.0"));
        Assert.That(document.GetProperty("SPDXID").GetString(), Is.EqualTo("SPDXRef-DOCUMENT"));
        Assert.That(new Uri(document.GetProperty("documentNamespace").GetString()!).Fragment, Is.Empty);
        Assert.That(document.GetProperty("creationInfo").GetProperty("created").GetString(), Is.EqualTo("1970-01-01T00:00:00Z"));
        Assert.That(document.GetProperty("creationInfo").GetProperty("creators")[0].GetString(), Does.StartWith("Tool: "));

        var packages = document.GetProperty("packages").EnumerateArray().ToArray();
        var ids = packages.Select(package => package.GetProperty("SPDXID").GetString()!).Append("SPDXRef-DOCUMENT").ToArray();
        Assert.That(ids, Is.Unique.And.All.Matches<string>(id => Regex.IsMatch(id, "^SPDXRef-[A-Za-z0-9.-]+$")));
        foreach (var member in new[] { "name", "versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText" })
        {
            Assert.That(packages.Select(package => package.GetProperty(member).GetString()), Has.All.Not.Empty, member);
        }

        var relationships = document.GetProperty("relationships").EnumerateArray()
            .Select(one =>
                (From: one.GetProperty("spdxElementId").GetString()!, How: one.GetProperty("relationshipType").GetString()!,
                    To: one.GetProperty("relatedSpdxElement").GetString()!))
            .ToArray();
        Assert.That(relationships.SelectMany(one => new[] { one.From, one.To }).Distinct(), Is.SubsetOf(ids));
        Assert.That(relationships, Does.Contain(("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-dbgate")));
        Assert.That(relationships, Does.Contain(("SPDXRef-nuget-Npgsql-10.0.3", "DEPENDS_ON", "SPDXRef-nuget-Logging-10.0.0")));
    }
}
