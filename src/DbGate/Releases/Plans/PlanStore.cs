using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Releases.Rehearsals;
using DbGate.Migrations.Drift;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Releases.Plans;

/// <summary>The plans of a store: <c>plans/&lt;digest&gt;.json</c>, and next to it the same for people.</summary>
/// <param name="store">Where.</param>
/// <param name="key">The key that signs and checks; null when none is set.</param>
sealed class PlanStore(IObjectStore store, SigningKey? key)
{
    const string Prefix = "plans/";
    const int LongestPlan = 64 << 20;
    const int LongestCatalog = 64 << 20;
    const int LongestPlainCatalog = 512 << 20;
    const int ShortestDigest = 8;
    const int DigestLength = 64;

    /// <summary>Stores a plan; the same plan again is no fault.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="markdown">The same for people.</param>
    /// <param name="catalog">The target's objects, which the deploy names when they differ then.</param>
    /// <param name="effect">The objects that the rehearsal changed; null where there was none.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task SaveAsync(
        PlanFile plan, string markdown, CatalogSnapshot catalog, CatalogDelta? effect, CancellationToken cancellationToken)
    {
        if (await store.HeadAsync(KeyOf(plan.Digest), cancellationToken) is null)
        {
            if (await store.HeadAsync(CatalogKeyOf(plan.Digest), cancellationToken) is null)
            {
                await store.WriteBytesAsync(CatalogKeyOf(plan.Digest), PlannedCatalog.Write(catalog), cancellationToken);
            }

            if (effect is not null && await store.HeadAsync(EffectKeyOf(plan.Digest), cancellationToken) is null)
            {
                await store.WriteBytesAsync(EffectKeyOf(plan.Digest), RehearsedEffect.Write(effect), cancellationToken);
            }

            await store.WriteBytesAsync(KeyOf(plan.Digest), plan.Bytes, cancellationToken);
            await store.WriteBytesAsync($"{Prefix}{plan.Digest}.md", Encoding.UTF8.GetBytes(markdown), cancellationToken);
        }
    }

    /// <summary>The plan of this digest, or of the only one that begins so.</summary>
    /// <exception cref="GateException">DBG0530: there is none, or several; DBG0531: it was altered.</exception>
    public async Task<PlanFile> FindAsync(string digest, CancellationToken cancellationToken)
    {
        if (digest.Length is < ShortestDigest or > DigestLength || !digest.All(char.IsAsciiHexDigitLower))
        {
            throw new GateException(
                EvidenceProblems.NoPlan($"\"{digest}\" is no digest", "it has 64 digits of 0-9 and a-f; its first 8 are enough"));
        }

        var found = new List<string>();
        await foreach (var stored in store.ListAsync(Prefix + digest, cancellationToken))
        {
            if (DigestIn(stored.Key) is { } whole)
            {
                found.Add(whole);
            }
        }

        return found switch
        {
            [var one] => await ReadAsync(one, cancellationToken),
            [] => throw new GateException(
                EvidenceProblems.NoPlan($"{store.Location} has no plan {digest}", await OthersAsync(cancellationToken))),
            _ => throw new GateException(EvidenceProblems.NoPlan($"{found.Count} plans begin with {digest}", "give more digits")),
        };
    }

    /// <summary>The target's objects when the plan was made; null when they are not in the store as the plan has them.</summary>
    public async Task<CatalogSnapshot?> ReadCatalogAsync(PlanFile plan, CancellationToken cancellationToken)
    {
        var key = CatalogKeyOf(plan.Digest);
        var catalog = await store.HeadAsync(key, cancellationToken) is null
            ? null
            : PlannedCatalog.Read(await store.ReadBytesAsync(key, LongestCatalog, cancellationToken), LongestPlainCatalog);
        return catalog is not null && CatalogDigest.From(catalog) == plan.Plan.Promise.CatalogSha256 ? catalog : null;
    }

    /// <summary>The objects that the rehearsal of a plan changed; null when they are not in the store as the plan has them.</summary>
    public async Task<CatalogDelta?> ReadEffectAsync(PlanFile plan, CancellationToken cancellationToken)
    {
        var key = EffectKeyOf(plan.Digest);
        return plan.Plan.Rehearsal?.EffectSha256 is { } digest && await store.HeadAsync(key, cancellationToken) is not null
            ? RehearsedEffect.Read(await store.ReadBytesAsync(key, LongestCatalog, cancellationToken), digest, LongestPlainCatalog)
            : null;
    }

    /// <summary>The newest plan of an environment; null when there is none.</summary>
    public async Task<PlanFile?> FindNewestAsync(string environment, CancellationToken cancellationToken)
    {
        var stored = new List<StoredObject>();
        await foreach (var plan in store.ListAsync(Prefix, cancellationToken))
        {
            stored.Add(plan);
        }

        foreach (var candidate in stored.Where(plan => DigestIn(plan.Key) is not null)
            .OrderByDescending(plan => plan.LastModified)
            .ThenBy(plan => plan.Key, StringComparer.Ordinal))
        {
            if (await ReadAsync(DigestIn(candidate.Key)!, cancellationToken) is var plan && plan.Plan.Promise.Environment == environment)
            {
                return plan;
            }
        }

        return null;
    }

    /// <summary>For a slip of the hand.</summary>
    async Task<string> OthersAsync(CancellationToken cancellationToken)
    {
        var stored = new List<StoredObject>();
        await foreach (var plan in store.ListAsync(Prefix, cancellationToken))
        {
            if (DigestIn(plan.Key) is not null)
            {
                stored.Add(plan);
            }
        }

        var newest =
            stored.OrderByDescending(plan => plan.LastModified)
                .Take(3)
                .Select(plan => $"{DigestIn(plan.Key)![..8]} of {plan.LastModified.UtcDateTime:yyyy-MM-dd HH:mm}Z");
        return stored.Count == 0
            ? "there are no plans: another store, or a plan is not stored when something blocks it"
            : $"the newest plans there are {string.Join(", ", newest)}; one that something blocks is not stored";
    }

    public static string KeyOf(string digest) => $"{Prefix}{digest}.json";

    static string CatalogKeyOf(string digest) => $"{Prefix}{digest}.catalog.gz";

    static string EffectKeyOf(string digest) => $"{Prefix}{digest}.effect.gz";

    static string? DigestIn(string objectKey) =>
        objectKey.Length == KeyOf("").Length + DigestLength && objectKey.EndsWith(".json", StringComparison.Ordinal)
            ? objectKey.Substring(Prefix.Length, DigestLength)
            : null;

    async Task<PlanFile> ReadAsync(string digest, CancellationToken cancellationToken) =>
        PlanFile.Read(
            await store.ReadBytesAsync(KeyOf(digest), LongestPlan, cancellationToken), $"{store.Location}/{KeyOf(digest)}", digest, key);
}
