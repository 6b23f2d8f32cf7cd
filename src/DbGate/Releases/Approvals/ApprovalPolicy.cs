using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Targets;

namespace DbGate.Releases.Approvals;

/// <summary>Who has to approve plans for an environment: the section <c>approvals</c> of <c>dbgate.json</c>.</summary>
/// <param name="Required">How many people; 0 demands no plan at all.</param>
/// <param name="DataLoss">How many, when the plan loses data.</param>
/// <param name="Approvers">Who may; empty means anyone.</param>
/// <param name="AuthorMay">Whether who asked for the plan may approve it.</param>
/// <param name="Keys">Public keys (PEM, a path or a text) by name: each person named here must sign.</param>
sealed record ApprovalPolicy(
    int Required, int DataLoss, IReadOnlyList<string> Approvers, bool AuthorMay, IReadOnlyDictionary<string, string> Keys)
{
    const int MostPeople = 20;

    static readonly string[] Members = ["required", "dataLoss", "approvers", "authorMayApprove", "verified"];
    static readonly string[] Sections = [.. Enum.GetNames<TargetEnvironment>().Select(name => name.ToLowerInvariant()), "keys"];

    /// <summary>The names of the approvers file, which narrow <see cref="Approvers"/>; null without such a file.</summary>
    public IReadOnlyList<string>? Protected { get; init; }

    /// <summary>Whether only verified identities count: a signature by a key of <see cref="Keys"/>, or a review on GitHub.</summary>
    public bool Verified { get; init; }

    /// <summary>How many a plan needs.</summary>
    /// <param name="losesData">Whether it loses data.</param>
    public int RequiredFor(bool losesData) => losesData ? Math.Max(Required, DataLoss) : Required;

    /// <summary>True when this person may approve at all.</summary>
    public bool Allows(string person) =>
        (Approvers.Count == 0 || PersonName.IsIn(person, Approvers)) && (Protected is null || PersonName.IsIn(person, Protected));

    /// <summary>The default: production one person and two for data loss, the others no one.</summary>
    public static ApprovalPolicy DefaultOf(TargetEnvironment environment) =>
        environment == TargetEnvironment.Production
            ? new ApprovalPolicy(1, 2, [], false, new Dictionary<string, string>())
            : new ApprovalPolicy(0, 0, [], false, new Dictionary<string, string>());

    /// <summary>Reads the section, and over it the approvers file.</summary>
    /// <exception cref="GateException">DBG0544: it cannot be read, or has an unknown key; DBG0570: the approvers file cannot be
    /// read.</exception>
    public static ApprovalPolicy Read(Settings settings, TargetEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var policy = ReadSection(settings, environment);
        return settings.Get(PlanSettings.ApproversFile).Length > 0
            ? policy.Under(ApproversFile.Read(settings.GetPath(PlanSettings.ApproversFile)), environment)
            : settings.Sources.Policy.Approvers is { Count: > 0 } approvers ? policy.Under(approvers, environment) : policy;
    }

    /// <summary>
    /// Anyone who asks for a release can edit the <c>dbgate.json</c> of its commit, but not the file of the protected branch: under it,
    /// <c>dbgate.json</c> can ask for more, never for less.
    /// </summary>
    ApprovalPolicy Under(IReadOnlyList<string> names, TargetEnvironment environment)
    {
        var least = DefaultOf(environment);
        return this with
        {
            Protected = names,
            AuthorMay = false,
            Required = Math.Max(Required, least.Required),
            DataLoss = Math.Max(DataLoss, least.DataLoss),
        };
    }

    static ApprovalPolicy ReadSection(Settings settings, TargetEnvironment environment)
    {
        var policy = DefaultOf(environment);
        if (settings.Section("approvals") is not { } section)
        {
            return policy;
        }

        Demand(section, "approvals", Sections);
        if (section.TryGetProperty("keys", out var keys))
        {
            policy = policy with { Keys = ReadKeys(keys, settings.Root) };
        }

        return section.TryGetProperty(environment.ToString().ToLowerInvariant(), out var own) ? Read(own, policy, environment) : policy;
    }

    static ApprovalPolicy Read(JsonElement section, ApprovalPolicy policy, TargetEnvironment environment)
    {
        var name = $"approvals.{environment.ToString().ToLowerInvariant()}";
        Demand(section, name, Members);
        var required = Count(section, "required", policy.Required, name);
        return policy with
        {
            Required = required,
            DataLoss = Count(section, "dataLoss", Math.Max(policy.DataLoss, required), name),
            Approvers = section.TryGetProperty("approvers", out var approvers) ? Names(approvers, $"{name}.approvers") : policy.Approvers,
            AuthorMay = section.TryGetProperty("authorMayApprove", out var author)
                ? Truth(author, $"{name}.authorMayApprove")
                : policy.AuthorMay,
            Verified = section.TryGetProperty("verified", out var verified) ? Truth(verified, $"{name}.verified") : policy.Verified,
        };
    }

    static void Demand(JsonElement section, string name, string[] known)
    {
        if (section.ValueKind != JsonValueKind.Object)
        {
            throw new GateException(EvidenceProblems.Policy($"{name} is no object"));
        }

        if (section.EnumerateObject().Select(member => member.Name).FirstOrDefault(member => !known.Contains(member)) is { } unknown)
        {
            throw new GateException(
                EvidenceProblems.Policy($"{name} has an unknown key \"{unknown}\"; known are {string.Join(", ", known)}"));
        }
    }

    static int Count(JsonElement section, string member, int otherwise, string name) =>
        !section.TryGetProperty(member, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count is >= 0 and <= MostPeople ? count
        : throw new GateException(EvidenceProblems.Policy($"{name}.{member} is no whole number from 0 to {MostPeople}"));

    static bool Truth(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new GateException(EvidenceProblems.Policy($"{name} is neither true nor false"));

    static string[] Names(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
            : throw new GateException(EvidenceProblems.Policy($"{name} is no list of names"));

    static Dictionary<string, string> ReadKeys(JsonElement value, string root)
    {
        if (value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().Any(member => member.Value.ValueKind != JsonValueKind.String))
        {
            throw new GateException(EvidenceProblems.Policy("approvals.keys is no object of names and public keys"));
        }

        if (value.EnumerateObject()
            .GroupBy(member => member.Name, PersonComparer.Instance)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new GateException(EvidenceProblems.Policy($"approvals.keys has two keys for {twice.Key}"));
        }

        var keys = value.EnumerateObject().ToDictionary(
            member => member.Name,
            member => member.Value.GetString()! is var key && key.Contains("-----BEGIN", StringComparison.Ordinal)
                ? key
                : Path.GetFullPath(key, root),
            PersonComparer.Instance);
        foreach (var (name, key) in keys)
        {
            SigningKey.Load(key, $"approvals.keys.{name}").Dispose();
        }

        return keys;
    }
}
