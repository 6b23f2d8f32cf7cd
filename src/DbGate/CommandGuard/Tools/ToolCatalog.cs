using System.Text.Json;

namespace DbGate.CommandGuard.Tools;

/// <summary>The tools of <c>tools.json</c>, found by the names under which they are called.</summary>
static class ToolCatalog
{
    static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static IReadOnlyList<Tool> All { get; } = Load();

    static readonly Dictionary<string, Tool> ByProgram = Index(tool => tool.Programs);
    static readonly Dictionary<string, Tool> ByPackage = Index(tool => tool.Packages);
    static readonly Dictionary<string, Tool> ByModule = Index(tool => tool.Modules);

    /// <summary>The tool that is called by a name; null for a program that is no database tool.</summary>
    public static Tool? ForProgram(string name) => ByProgram.GetValueOrDefault(name) ?? ByPackage.GetValueOrDefault(name);

    /// <summary>The tool that a package of npm installs.</summary>
    public static Tool? ForPackage(string name) => ByPackage.GetValueOrDefault(name);

    public static Tool? ForModule(string name) => ByModule.GetValueOrDefault(name);

    public static Tool? ForGoPackage(string path) => All.FirstOrDefault(tool =>
        tool.GoPackages.Any(package => path.Contains(package, StringComparison.Ordinal)));

    public static Tool? ForDotnet(string word) => All.FirstOrDefault(tool => tool.Dotnet == word);

    public static Tool? ForCargo(string word) => All.FirstOrDefault(tool => tool.Cargo == word);

    /// <summary>The tool that is the entrypoint of an image, tag and registry aside.</summary>
    public static Tool? ForImage(string image)
    {
        var name = image.Split('@')[0];
        name = name.LastIndexOf(':') is > 0 and var tag && tag > name.LastIndexOf('/') ? name[..tag] : name;
        return All.FirstOrDefault(tool => tool.Images.Any(known => name == known || name.EndsWith("/" + known, StringComparison.Ordinal)));
    }

    public static Tool? ForJar(string name) => All.FirstOrDefault(tool =>
        tool.Jars.Any(jar => name.Contains(jar, StringComparison.Ordinal)));

    /// <summary>The tool whose program's name a text contains, such as <c>$(npm bin)/prisma</c>.</summary>
    public static Tool? NamedIn(string text) => All.FirstOrDefault(tool => !tool.IsCommonWord
        && tool.Programs.Any(program => program.Length > 3 && text.Contains(program, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The switch that a variable is; null for any other variable.</summary>
    public static IReadOnlyList<ToolSwitch> SwitchesOf(string variable) => Switches.GetValueOrDefault(variable, []);

    static readonly Dictionary<string, List<ToolSwitch>> Switches = SwitchesByName();

    static readonly string[][] ConfigurationNames =
        [.. All.SelectMany(tool => tool.Switches).SelectMany(each => each.Files).Distinct().Select(name => name.Split('*'))];

    static Dictionary<string, List<ToolSwitch>> SwitchesByName()
    {
        var index = new Dictionary<string, List<ToolSwitch>>(StringComparer.Ordinal);
        foreach (var each in All.SelectMany(tool => tool.Switches))
        {
            (index.TryGetValue(each.Name, out var known) ? known : index[each.Name] = []).Add(each);
        }

        return index;
    }

    /// <summary>True for a file that may have a switch among its keys.</summary>
    public static bool IsConfiguration(string name)
    {
        foreach (var parts in ConfigurationNames)
        {
            if (name.StartsWith(parts[0], StringComparison.Ordinal)
                && (parts.Length > 1 ? name.EndsWith(parts[1], StringComparison.Ordinal) : name.Length == parts[0].Length))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The switch that a key of a file is; null for any other key.</summary>
    public static ToolSwitch? FileSwitch(string file, string key) =>
        All.SelectMany(tool => tool.Switches).FirstOrDefault(each => IsSameKey(each.Name, key)
            && each.Files.Any(name => CommandPattern.IsWord(name, file)));

    /// <summary>Keys are compared as Spring does: <c>ddl-auto</c>, <c>ddlAuto</c> and <c>ddl_auto</c> are one.</summary>
    public static bool IsSameKey(string one, string other) => Normal(one) == Normal(other);

    static string Normal(string key) => key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)
        .ToLowerInvariant();

    public static Tool Get(string name) => All.First(tool => tool.Name == name);

    static Dictionary<string, Tool> Index(Func<Tool, IEnumerable<string>> names)
    {
        var index = new Dictionary<string, Tool>(StringComparer.Ordinal);
        foreach (var tool in All)
        {
            foreach (var name in names(tool))
            {
                index.TryAdd(name, tool);
            }
        }

        return index;
    }

    static Tool[] Load()
    {
        using var stream = typeof(ToolCatalog).Assembly.GetManifestResourceStream("tools.json")!;
        using var document = JsonDocument.Parse(stream, Options);
        return Each(document.RootElement, "tools", Read);
    }

    static Tool Read(JsonElement entry) => new(Text(entry, "name")!, Text(entry, "title")!, Each(entry, "rules", Rule))
    {
        Programs = List(entry, "programs"),
        Packages = List(entry, "packages"),
        Modules = List(entry, "modules"),
        GoPackages = List(entry, "go"),
        Images = List(entry, "images"),
        Dotnet = Text(entry, "dotnet"),
        Cargo = Text(entry, "cargo"),
        ValueOptions = List(entry, "values"),
        RefusedFirst = List(entry, "refusedFirst"),
        Help = entry.TryGetProperty("help", out _) ? List(entry, "help") : ["--help", "-h"],
        Harmless = List(entry, "harmless"),
        UrlOptions = List(entry, "url"),
        HostOptions = List(entry, "hosts"),
        EnvironmentOptions = [.. List(entry, "environment"), .. List(entry, "settings")],
        Loads = List(entry, "loads"),
        Executes = List(entry, "executes"),
        Variables = entry.TryGetProperty("variables", out _) ? List(entry, "variables")
            : ["DATABASE_URL", "DIRECT_URL", "DIRECT_DATABASE_URL"],
        Deploy = Text(entry, "deploy") ?? "",
        EachWord = Text(entry, "words") == "any",
        NamesProgram = Flag(entry, "program"),
        NamingOptions = List(entry, "names"),
        IsCommonWord = Flag(entry, "common"),
        Operands = entry.TryGetProperty("operands", out var operands) ? operands.GetInt32() : 0,
        Jars = List(entry, "java"),
        IsLocal = Text(entry, "reaches") == "this machine",
        Code = Each(entry, "code", Code),
        Switches = Each(entry, "switches", Switch),
    };

    static ToolRule Rule(JsonElement entry) => new(CommandPattern.Parse(Text(entry, "command")!), Class(entry), Text(entry, "effect") ?? "")
    {
        Fix = Text(entry, "fix"),
        IsUnclear = Text(entry, "is") == "unclear",
        EmitsSql = Flag(entry, "emitsSql"),
        Sql = entry.TryGetProperty("sql", out var sql)
            ? new SqlSource(List(sql, "inline"), List(sql, "files"), List(sql, "stdin"), Flag(sql, "standardInput"),
                sql.TryGetProperty("operand", out var operand) ? operand.GetInt32() : null) { UnknownLoses = Flag(sql, "unknownLoses") }
            : null,
    };

    static CodePattern Code(JsonElement entry) => new(Text(entry, "text")!, Class(entry), Text(entry, "effect")!)
    {
        Languages = List(entry, "languages"),
        When = List(entry, "when"),
        UnlessProduction = Text(entry, "unlessProduction"),
    };

    static ToolSwitch Switch(JsonElement entry) =>
        new((Text(entry, "variable") ?? Text(entry, "key"))!, List(entry, "on"), entry.TryGetProperty("is", out _) ? Class(entry)
            : CommandClass.Destructive, Text(entry, "effect")!)
        {
            Files = List(entry, "files"),
            Everywhere = Flag(entry, "everywhere"),
        };

    static CommandClass Class(JsonElement entry) => Text(entry, "is") switch
    {
        "destructive" => CommandClass.Destructive,
        "history" => CommandClass.HistoryRewriting,
        "bypass" => CommandClass.Bypassing,
        "safe" => CommandClass.Allowed,
        "unclear" => CommandClass.None,
        var other => throw new JsonException($"tools.json: '{other}' is not a class"),
    };

    static string[] List(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var items))
        {
            return [];
        }

        var (list, count) = (new string[items.GetArrayLength()], 0);
        foreach (var item in items.EnumerateArray())
        {
            list[count++] = item.GetString()!;
        }

        return list;
    }

    static T[] Each<T>(JsonElement entry, string name, Func<JsonElement, T> read)
    {
        if (!entry.TryGetProperty(name, out var items))
        {
            return [];
        }

        var (list, count) = (new T[items.GetArrayLength()], 0);
        foreach (var item in items.EnumerateArray())
        {
            list[count++] = read(item);
        }

        return list;
    }

    static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var text) ? text.GetString() : null;

    static bool Flag(JsonElement entry, string name) => entry.TryGetProperty(name, out var flag) && flag.GetBoolean();
}
