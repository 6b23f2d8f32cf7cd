using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>What the gated project states about its Prisma: where the migrations are, and which version it uses.</summary>
/// <param name="MigrationsFolder">Absolute path of the migrations folder.</param>
/// <param name="Version">The installed version, else the declared one; null when neither is known.</param>
sealed partial record PrismaProject(string MigrationsFolder, Version? Version)
{
    static readonly string[] PackageNames = ["prisma", "@prisma/prisma7"];
    static readonly string[] DependencySections = ["dependencies", "devDependencies"];
    static readonly string[] DefaultSchemas = ["prisma/schema.prisma", "schema.prisma", "prisma/schema"];

    static readonly string[] Extensions = [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"];

    /// <summary>In the order of @prisma/config's loadConfigFromFile.</summary>
    static readonly string[] ConfigNames =
    [
        .. from stem in new[] { "prisma7.config", ".config/prisma7" } from extension in Extensions select stem + extension,
        .. from stem in new[] { "prisma.config", ".config/prisma", ".config/prisma.config" }
           from file in new[] { "", "/index" }
           from extension in Extensions
           select stem + file + extension,
    ];

    /// <summary>Looks at the project, in Prisma's own order: config file, <c>package.json</c>, default places.</summary>
    /// <exception cref="GateException">DBG0216: the config names no literal path, or cannot be read.</exception>
    public static PrismaProject Locate(Settings settings) =>
        new(
            settings.Get(MigrationSettings.Folder).Length > 0
                ? settings.GetPath(MigrationSettings.Folder)
                : Path.GetFullPath(Folder(settings.Root), settings.Root),
            ReadVersion(settings.Root));

    /// <summary>The same for a package of a repository of several, which may have its Prisma installed at the repository's root.</summary>
    /// <exception cref="GateException">DBG0216: the config names no literal path, or cannot be read.</exception>
    internal static PrismaProject OfWorkspace(string root, string workspace)
    {
        var folder = Path.Combine(root, workspace);
        return new(Path.GetFullPath(Folder(folder), folder), ReadVersion(folder) ?? ReadVersion(root));
    }

    /// <summary>The version alone, for a project whose configuration cannot be read.</summary>
    internal static Version? VersionIn(string root) => ReadVersion(root);

    static string Folder(string root)
    {
        foreach (var name in ConfigNames)
        {
            var path = Path.Combine(root, name);
            if (File.Exists(path))
            {
                // A config's own paths start from where it is; the default ones from the project's root.
                return FromConfig(root, Path.GetDirectoryName(path)!, name, WithoutComments(ReadText(path, name)));
            }
        }

        return BesideSchema(root, SchemaOfPackage(root) ?? DefaultSchema(root));
    }

    /// <summary>The config is code; DbGate reads only literals, also joined ones, and reports when there are none.</summary>
    static string FromConfig(string root, string folder, string name, string code)
    {
        var text =
            !NodePath().IsMatch(code)
                ? code
                : Joined().Replace(code, call => Join(root, folder, call) is { } path ? $"'{path.Replace('\\', '/')}'" : call.Value);
        if (MigrationsBlock().Match(text) is { Success: true } block)
        {
            if (PathKey().Match(block.Value) is { Success: true } literal)
            {
                return Path.GetFullPath(literal.Groups[2].Value, folder);
            }

            if (AnyPathKey().IsMatch(block.Value) || block.Value.Contains("...", StringComparison.Ordinal))
            {
                throw new GateException(Unclear(root, name, "computes migrations.path; DbGate reads only a literal"));
            }
        }
        else if (AnyMigrationsKey().IsMatch(text))
        {
            throw new GateException(Unclear(root, name, "computes migrations; DbGate reads only literals"));
        }

        if (SchemaKey().Match(text) is { Success: true } schema)
        {
            return BesideSchema(folder, schema.Groups[2].Value);
        }

        return AnySchemaKey().IsMatch(text)
            ? throw new GateException(Unclear(root, name, "computes the schema's path; DbGate reads only a literal"))
            : BesideSchema(root, DefaultSchema(root));
    }

    static Problem Unclear(string root, string name, string what) =>
        PrismaProblems.UnclearConfig(name, what, PrismaFolderSearch.Find(root));

    // join(__dirname, '..', 'prisma') starts from the config's folder, join(process.cwd(), …) from the project's root.
    static string? Join(string root, string folder, Match call)
    {
        var from = call.Groups["from"].Value;
        if (from.Length == 0 && call.Groups["function"].Value == "resolve")
        {
            return null;
        }

        var parts = Literal().Matches(call.Groups["parts"].Value).Select(part => part.Groups[2].Value).ToArray();
        return from.Length == 0
            ? Path.Combine(parts)
            : Path.GetFullPath(Path.Combine([from.StartsWith("process", StringComparison.Ordinal) ? root : folder, .. parts]));
    }

    static string BesideSchema(string root, string schema)
    {
        var path = Path.GetFullPath(schema, root);
        if (!Directory.Exists(path))
        {
            return Path.Combine(Path.GetDirectoryName(path)!, "migrations");
        }

        // A schema of several files: the folder of the file that holds the datasource.
        var main = Directory.EnumerateFiles(path, "*.prisma", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault(file => Datasource().IsMatch(File.ReadAllText(file)));
        return Path.Combine(main is null ? path : Path.GetDirectoryName(main)!, "migrations");
    }

    static string DefaultSchema(string root) =>
        DefaultSchemas.FirstOrDefault(candidate => Path.Exists(Path.Combine(root, candidate))) ?? DefaultSchemas[0];

    static string? SchemaOfPackage(string root) =>
        Json(Path.Combine(root, "package.json")) is { ValueKind: JsonValueKind.Object } package
        && package.TryGetProperty("prisma", out var prisma)
        && prisma.ValueKind == JsonValueKind.Object
        && prisma.TryGetProperty("schema", out var schema)
            ? Text(schema)
            : null;

    static Version? ReadVersion(string root)
    {
        foreach (var name in PackageNames)
        {
            if (Json(Path.Combine(root, "node_modules", name, "package.json")) is { ValueKind: JsonValueKind.Object } installed
                && installed.TryGetProperty("version", out var version))
            {
                return ParseVersion(Text(version));
            }
        }

        if (Json(Path.Combine(root, "package.json")) is { ValueKind: JsonValueKind.Object } package)
        {
            foreach (var section in DependencySections)
            {
                if (package.TryGetProperty(section, out var list) && list.ValueKind == JsonValueKind.Object
                    && (list.TryGetProperty("prisma", out var range) || list.TryGetProperty("@prisma/prisma7", out range)))
                {
                    return ParseVersion(Text(range));
                }
            }
        }

        return null;
    }

    static Version? ParseVersion(string? text) =>
        text is not null && Digits().Match(text) is { Success: true } match && Version.TryParse(match.Value, out var version)
            ? version
            : null;

    static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static JsonElement? Json(string path)
    {
        try
        {
            return File.Exists(path) ? JsonDocument.Parse(ReadText(path, Path.GetFileName(path))).RootElement : null;
        }
        catch (JsonException)
        {
            return null; // the guard reports a malformed package.json; here it only says nothing
        }
    }

    static string ReadText(string path, string shownAs)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(PrismaProblems.UnclearConfig(shownAs, $"cannot be read: {exception.Message}"), exception);
        }
    }

    static string WithoutComments(string text) => Comment().Replace(text, match => match.Groups["keep"].Value);

    [GeneratedRegex("""(?<keep>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*[\s\S]*?\*/""")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        \b(?:path\.)?(?<function>join|resolve)\(\s*
        (?:(?<from>__dirname|import\.meta\.dirname|process\.cwd\(\))\s*,\s*)?
        (?<parts>(?:(["'`])[^"'`$]*\1\s*,?\s*)+)\)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Joined();

    [GeneratedRegex("""(["'`])([^"'`$]*)\1""")]
    private static partial Regex Literal();

    // Another join could do anything.
    [GeneratedRegex("""(["'])(?:node:)?path\1""")]
    private static partial Regex NodePath();

    [GeneratedRegex("""\bmigrations["']?\s*:\s*\{[^}]*\}""")]
    private static partial Regex MigrationsBlock();

    [GeneratedRegex("""\bmigrations["']?\s*[:,}]""")]
    private static partial Regex AnyMigrationsKey();

    // A literal ends its property: 'prisma/' + name is computed.
    [GeneratedRegex("""\bpath["']?\s*:\s*(["'`])([^"'`$]+)\1(?=\s*[,}])""")]
    private static partial Regex PathKey();

    [GeneratedRegex("""\bpath["']?\s*[:,}]""")]
    private static partial Regex AnyPathKey();

    [GeneratedRegex("""\bschema["']?\s*:\s*(["'`])([^"'`$]+)\1(?=\s*[,}])""")]
    private static partial Regex SchemaKey();

    [GeneratedRegex("""\bschema["']?\s*[:,}]""")]
    private static partial Regex AnySchemaKey();

    [GeneratedRegex("""^\s*datasource\s+\w+\s*\{""", RegexOptions.Multiline)]
    private static partial Regex Datasource();

    [GeneratedRegex("""[0-9]+\.[0-9]+(\.[0-9]+)?""")]
    private static partial Regex Digits();
}
