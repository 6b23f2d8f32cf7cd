using System.Globalization;
using System.Text;
using System.Text.Json;
using DbGate.Problems;

namespace DbGate.Configuration;

/// <summary>What <c>dbgate.json</c> states.</summary>
/// <param name="Values">Settings by their names.</param>
/// <param name="Waivers">Waivers, expired ones too.</param>
/// <param name="Sections">Sections that a room reads itself, such as <c>guard</c> and <c>approvals</c>.</param>
sealed record ProjectFile(
    IReadOnlyDictionary<string, SettingValue> Values,
    IReadOnlyList<Waiver> Waivers,
    IReadOnlyDictionary<string, JsonElement> Sections)
{
    public const string Name = "dbgate.json";

    /// <summary>Its bytes, to find lines in.</summary>
    ReadOnlyMemory<byte> Utf8 { get; init; }

    /// <summary>How people know it.</summary>
    string ShownAs { get; init; } = Name;

    /// <summary>The names of a policy file's list <c>approvers</c>; null without one.</summary>
    public IReadOnlyList<string>? Approvers { get; private init; }

    /// <summary>Top-level keys that a room reads itself.</summary>
    public static IReadOnlyList<string> SectionNames { get; } = ["guard", "approvals", "drift"];

    public static ProjectFile Empty { get; } = new(new Dictionary<string, SettingValue>(), [], new Dictionary<string, JsonElement>());

    static readonly JsonDocumentOptions Lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16, AllowDuplicateProperties = false };

    public static ProjectFile Read(string root)
    {
        var path = Path.Combine(root, Name);
        if (!Path.Exists(path) || Directory.Exists(path))
        {
            return Empty;
        }

        try
        {
            return Parse(RegularFile.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(ConfigurationProblems.UnreadableFile(Name, exception.Message), exception);
        }
    }

    /// <summary>The place of a value, for people: each key is looked for behind the one that holds it.</summary>
    public SourceLocation Locate(IReadOnlyList<string> path)
    {
        var text = Utf8.Span;
        var at = 0;
        foreach (var key in path)
        {
            var found = text[at..].IndexOf(Encoding.UTF8.GetBytes($"\"{key}\""));
            at = found < 0 ? at : at + found;
        }

        return new SourceLocation(ShownAs, Utf8.IsEmpty ? null : text[..at].Count((byte)'\n') + 1);
    }

    /// <param name="utf8">The file's bytes.</param>
    /// <param name="policy">The name of the policy file that it is; null: it is dbgate.json of the commit.</param>
    /// <exception cref="GateException">DBG0001, DBG0004, DBG0006: unknown names, broken JSON, secrets; DBG0580: what the commit may not
    /// set.</exception>
    public static ProjectFile Parse(ReadOnlyMemory<byte> utf8, string? policy = null)
    {
        try
        {
            return ParseDocument(utf8, policy);
        }
        catch (JsonException exception)
        {
            throw new GateException(
                ConfigurationProblems.BrokenFile(exception.Message.Split(" LineNumber:")[0], (int?)exception.LineNumber + 1), exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new GateException(ConfigurationProblems.BrokenFile("it holds a text that is no valid Unicode", null), exception);
        }
    }

    static ProjectFile ParseDocument(ReadOnlyMemory<byte> utf8, string? policy)
    {
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        using var document = JsonDocument.Parse(utf8, Lenient);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new GateException(ConfigurationProblems.BrokenFile("it is no JSON object", 1));
        }

        var values = new Dictionary<string, SettingValue>(StringComparer.Ordinal);
        var sections = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var waivers = new List<Waiver>();
        IReadOnlyList<string>? approvers = null;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            switch (property.Name)
            {
                case "$schema":
                    break;
                case "waivers":
                    waivers.AddRange(ReadWaivers(property.Value));
                    break;
                case "approvers" when policy is not null:
                    approvers = Names(property.Value);
                    break;
                case var name when SectionNames.Contains(name):
                    sections[name] = property.Value.Clone();
                    break;
                default:
                    Flatten(property.Name, property.Value, values, utf8.Span, policy);
                    break;
            }
        }

        return new ProjectFile(values, waivers, sections) { Utf8 = utf8.ToArray(), ShownAs = policy ?? Name, Approvers = approvers };
    }

    static void Flatten(string name, JsonElement element, Dictionary<string, SettingValue> values, ReadOnlySpan<byte> text, string? policy)
    {
        if (element.ValueKind == JsonValueKind.Object
            && SettingsCatalog.All.Any(setting => setting.Name.StartsWith(name + ".", StringComparison.Ordinal)))
        {
            foreach (var property in element.EnumerateObject())
            {
                Flatten($"{name}.{property.Name}", property.Value, values, text, policy);
            }

            return;
        }

        var location = new SourceLocation(policy ?? Name, JsonLines.From(name.Split('.'), text));
        var setting = SettingsCatalog.All.FirstOrDefault(setting => setting.Name == name)
            ?? throw new GateException(ConfigurationProblems.UnknownKey(name, NearestName.From(name, KnownKeys()), location));
        if (setting.IsSecret)
        {
            throw new GateException(ConfigurationProblems.SecretInFile(name, location));
        }

        if (setting.Class == SettingClass.TrustedOnly && policy is null)
        {
            throw new GateException(RuleProblems.NotOfCommit(setting, name, location));
        }

        var value = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
            _ => throw new GateException(
                ConfigurationProblems.BrokenFile($"\"{name}\" must be a text, a number or a truth value", location.Line)),
        };
        values[name] =
            new SettingValue(value, new SettingSource(policy is null ? SettingLayer.File : SettingLayer.PolicyFile, $"{name} in {location}")
        {
            IsOfCommit = policy is null,
            Location = location,
        });
    }

    static string[] Names(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(name => name.GetString()!)]
            : throw new GateException(ConfigurationProblems.BrokenFile("\"approvers\" must be a list of names", null));

    static IEnumerable<string> KnownKeys() =>
        [.. SettingsCatalog.All.Where(setting => setting is { IsSecret: false, Class: not SettingClass.TrustedOnly })
            .Select(setting => setting.Name), .. SectionNames, "waivers"];

    static Waiver[] ReadWaivers(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new GateException(ConfigurationProblems.InvalidWaiver("\"waivers\" must be a list"));
        }

        return [.. list.EnumerateArray().Select(One)];

        static Waiver One(JsonElement waiver)
        {
            var expires = Text(waiver, "expires");
            return DateOnly.TryParseExact(expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? new Waiver(Code(Text(waiver, "check")), Text(waiver, "scope", "*"), Text(waiver, "reason"), Text(waiver, "who"), day)
                : throw new GateException(ConfigurationProblems.InvalidWaiver($"\"expires\" is no date: \"{expires}\""));
        }

        // A code that no problem has would never match, and so look like a waiver that is in force. Names of rules are checked where the
        // rules are known.
        static string Code(string code) =>
            (code is ['D', 'B', 'G', .. { Length: 4 } digits] && digits.All(char.IsAsciiDigit)) || Waiver.IsName(code)
                ? code
                : throw new GateException(
                    ConfigurationProblems.InvalidWaiver($"\"check\" is not a problem's code and not a rule's name: \"{code}\""));

        static string Text(JsonElement waiver, string name, string? otherwise = null)
        {
            if (waiver.ValueKind != JsonValueKind.Object || !waiver.TryGetProperty(name, out var value))
            {
                return otherwise ?? throw new GateException(ConfigurationProblems.InvalidWaiver($"it has no \"{name}\""));
            }

            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
                ? text
                : throw new GateException(ConfigurationProblems.InvalidWaiver($"its \"{name}\" is no text, or an empty one"));
        }
    }
}
