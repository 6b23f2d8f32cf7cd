using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;

namespace DbGate.CommandGuard.Reports;

/// <summary>A report as SARIF 2.1.0, with a code flow for every way to a command. Pure.</summary>
sealed class GuardSarif
{
    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly ProblemCode[] Rules = [CommandGuardProblems.Reached, CommandGuardProblems.Flag, CommandGuardProblems.Unreadable,
        CommandGuardProblems.WaiverExpired, CommandGuardProblems.Bypassed, FollowingProblems.Limit, FollowingProblems.Ignored];

    readonly Checkout checkout;

    GuardSarif(Checkout checkout) => this.checkout = checkout;

    /// <summary>Renders the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="toolVersion">DbGate's version, in the form of SemVer.</param>
    /// <param name="helpRoot">An absolute address that help pages are relative to, with a slash at its end; null for the product's
    /// own.</param>
    public static string Render(GuardReport report, string toolVersion, string? helpRoot = null) =>
        Render(report, toolVersion, helpRoot, Checkout.None);

    /// <param name="report">The report.</param>
    /// <param name="toolVersion">DbGate's version, in the form of SemVer.</param>
    /// <param name="helpRoot">See the other overload.</param>
    /// <param name="checkout">The project's checkout: code scanning names files from its root.</param>
    internal static string Render(GuardReport report, string toolVersion, string? helpRoot, Checkout checkout) =>
        new GuardSarif(checkout).Log(report, toolVersion, helpRoot).ToJsonString(Options) + "\n";

    JsonObject Log(GuardReport report, string toolVersion, string? helpRoot)
    {
        JsonArray results = [.. report.Findings.Select(finding => Finding(finding, report.Environment)), .. report.Flags.Select(Flag),
            .. report.Unreadable.Select(Unreadable), .. report.NotFollowed.Select(NotFollowed),
            .. report.Ignored.Select(ignored => Ignored(ignored, report.IgnoresAll))];
        Distinguish(results);
        var run = new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "DbGate",
                    ["semanticVersion"] = toolVersion,
                    ["rules"] = new JsonArray([.. Rules.Select(rule => Rule(rule, helpRoot))]),
                },
            },
            ["columnKind"] = "utf16CodeUnits",
            ["originalUriBaseIds"] = new JsonObject { ["SRCROOT"] = new JsonObject { ["description"] = Message(
                "The root of the inspected repository.") } },
            ["results"] = results,
        };
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(run),
        };
    }

    static JsonObject Rule(ProblemCode code, string? helpRoot)
    {
        var root = helpRoot ?? GuardHelp.Root;
        var rule = new JsonObject
        {
            ["id"] = code.Id,
            ["name"] = string.Concat(code.Title.Split(' ', '-', '\'').Where(word => word.Length > 0)
                .Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            ["shortDescription"] = Message(code.Title),
            ["fullDescription"] = Message(GuardHelp.From(code).Description),
            ["help"] = new JsonObject { ["text"] = GuardHelp.From(code).Help,
                ["markdown"] = $"{GuardHelp.From(code).Help} See [{code.Id}]({root}{code.HelpPage})." },
            ["helpUri"] = root + code.HelpPage,
            ["defaultConfiguration"] = new JsonObject { ["level"] = code == CommandGuardProblems.Bypassed ? "warning" : "error" },
        };
        return rule;
    }

    JsonObject Finding(GuardFinding finding, string environment)
    {
        var code = finding is { ExpiredWaiver: not null, Blocks: true } ? CommandGuardProblems.WaiverExpired
            : CommandGuardProblems.CodeOf(finding);
        var result = Result(code, finding.Blocks,
            $"{(finding.Path.Blocks ? environment : "development")} reaches {finding.Display}: {finding.Path}. "
                + $"{Sentence(finding.Path.Reason)} {Sentence(finding.Effect)} {finding.Fix}", finding.Location,
                $"{finding.Path.Hops[0].Location.File}|{finding.Location.File}|{finding.Operation}|{finding.Command}");
        if (finding is { Class: CommandClass.Bypassing, Blocks: false } && finding.Path.Blocks && finding.Waiver is null)
        {
            result["level"] = "warning";
        }

        result["codeFlows"] = new JsonArray([.. finding.Paths.Select(Flow)]);
        if (finding.Waiver is { } waiver)
        {
            result["suppressions"] = new JsonArray(new JsonObject { ["kind"] = "external", ["status"] = "accepted",
                ["justification"] = $"{waiver.Who}, until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason}" });
        }

        return result;
    }

    JsonObject Flow(GuardPath path) => new()
    {
        ["message"] = Message($"{path.Context.ToString().ToLowerInvariant()}: {path.Reason}"),
        ["threadFlows"] = new JsonArray(new JsonObject
        {
            ["locations"] = new JsonArray([.. path.Hops.Select((hop, index) => new JsonObject
            {
                ["location"] = Location(hop.Location, hop.Text),
                ["nestingLevel"] = index,
                ["executionOrder"] = index + 1,
            })]),
        }),
    };

    JsonObject Flag(FlagFinding flag) =>
        Result(flag.Class == CommandClass.Bypassing ? CommandGuardProblems.Bypassed : CommandGuardProblems.Flag, flag.Blocks,
            $"{flag.Name} is set: {(flag.Effect.Length > 0 && flag.Effect != flag.Reason ? $"{flag.Effect}; " : "")}{flag.Reason}",
            flag.Location, $"{flag.Location.File}|{flag.Name}");

    JsonObject Unreadable(UnreadableFile file) =>
        Result(CommandGuardProblems.Unreadable, file.IsEntrypoint, $"{file.Location.File} cannot be read: {file.Reason}", file.Location,
            file.Location.File);

    JsonObject NotFollowed(NotFollowed place) =>
        Result(FollowingProblems.Limit, place.Blocks, $"{place.Text}: {place.Reason} ({place.Context.ToString().ToLowerInvariant()})",
            place.Location, $"{place.Location.File}|{place.Text}|{place.Reason}");

    JsonObject Ignored(IgnoredEntrypoints ignored, bool blocks) =>
        Result(FollowingProblems.Ignored, blocks, $"\"{ignored.Pattern}\" ignores {string.Join(", ", ignored.Files)}",
            new SourceLocation(ignored.File, ignored.Line), $"ignored|{ignored.Pattern}");

    /// <summary>Two results that are alike but for their lines are distinguished by their order.</summary>
    static void Distinguish(JsonArray results)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var prints in results.Select(result => result!["partialFingerprints"]!.AsObject()))
        {
            var print = prints[FingerprintName]!.GetValue<string>();
            var count = seen[print] = seen.GetValueOrDefault(print) + 1;
            prints[FingerprintName] = count == 1 ? print : Fingerprint($"{print}|{count}");
        }
    }

    const string FingerprintName = "dbgateChain/v2";

    JsonObject Result(ProblemCode code, bool blocks, string text, SourceLocation location, string identity) => new()
    {
        ["ruleId"] = code.Id,
        ["ruleIndex"] = Array.IndexOf(Rules, code),
        ["level"] = blocks ? "error" : "note",
        ["message"] = Message(text),
        ["locations"] = new JsonArray(Location(location, null)),
        ["partialFingerprints"] = new JsonObject { [FingerprintName] = Fingerprint(identity) },
    };

    /// <summary>The same finding keeps its identity when lines move.</summary>
    static string Fingerprint(string identity) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(identity)))[..32];

    static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    JsonObject Location(SourceLocation location, string? text)
    {
        var physical = new JsonObject
        {
            ["artifactLocation"] = new JsonObject { ["uri"] = string.Join('/', checkout.Name(location.File).Split('/')
                .Select(Uri.EscapeDataString)), ["uriBaseId"] = "SRCROOT" },
        };
        if (location.Line is { } line)
        {
            physical["region"] = new JsonObject { ["startLine"] = line };
        }

        var result = new JsonObject { ["physicalLocation"] = physical };
        if (!string.IsNullOrEmpty(text))
        {
            result["message"] = Message(text);
        }

        return result;
    }

    static JsonObject Message(string text) => new() { ["text"] = ChainText.Line(text) };
}
