using DbGate.Configuration;

namespace DbGate.Tests.Configuration.Rules;

/// <summary>The weakest value of each rule as dbgate.json of a commit can have it, and the stricter one that held before.</summary>
static class WeakestValues
{
    /// <summary>By the setting's name: what held, and the weakest value.</summary>
    public static IReadOnlyDictionary<string, (string? Before, string Weakest)> OfSettings { get; } =
        new Dictionary<string, (string?, string)>
    {
        ["databaseUrlVariable"] = (null, "OTHER_DATABASE"),
        ["replicaMaxLag"] = ("30s", "365d"),
        ["migrations.folder"] = (null, "nothing/here"),
        ["migrations.tool"] = (null, "custom"),
        ["migrations.ledger"] = (null, "public.other"),
        ["migrations.command"] = (null, "npx prisma db push --accept-data-loss"),
        ["migrations.parameters"] = ("hidden", "shown"),
        ["migrations.statusCommand"] = ("sh status.sh", "true"),
        ["migrations.rehearsal"] = ("command", "statements"),
        ["migrations.lockTimeout"] = ("5s", "0s"),
        ["backup.enabled"] = ("true", "false"),
        ["backup.retentionDays"] = ("30", "1"),
        ["backup.uploadEnabled"] = ("true", "false"),
        ["backup.s3Bucket"] = ("ours", "theirs"),
        ["backup.gcsBucket"] = ("ours", "theirs"),
        ["backup.folder"] = (null, "elsewhere"),
        ["backup.allowStandby"] = (null, "true"),
        ["backup.acceptNewDatabase"] = (null, "true"),
        ["backup.maxAge"] = (null, "365d"),
        ["backup.maxStaleness"] = (null, "365d"),
        ["backup.level"] = ("L3", "L0"),
        ["backup.provider"] = ("pgbackrest", "external"),
        ["backup.stanza"] = ("shop", "empty"),
        ["backup.maxBaseAge"] = (null, "365d"),
        ["backup.comparison"] = (null, "sampled"),
        ["backup.keepDaily"] = ("7", "0"),
        ["backup.keepWeekly"] = ("7", "0"),
        ["backup.keepMonthly"] = ("12", "0"),
        ["backup.keepYearly"] = ("7", "0"),
        ["backup.keepAtLeast"] = (null, "1"),
        ["backup.lastRestoreTestDate"] = ("2020-01-01", "2999-12-31"),
        ["ready.url"] = ("https://shop.example/ready", "https://always.example/ready"),
        ["ready.policy"] = (null, "ledger"),
        ["protection.mode"] = (null, "roles"),
        ["protection.required"] = ("true", "false"),
        ["protection.deployRole"] = ("deploy", "anybody"),
        ["protection.ownerRole"] = ("owner", "anybody"),
        ["protection.runtimeRole"] = ("app", "anybody"),
        ["protection.exemptRoles"] = (null, "anybody"),
        ["protection.tripwireTables"] = ("User", ""),
        ["restore.schemaOnly"] = (null, "true"),
        ["restore.omit"] = (null, "owners,privileges,event-triggers"),
        ["restore.ownerMap"] = (null, "owner=anybody"),
        ["restore.dueAfter"] = (null, "365d"),
        ["noEntrypoints"] = (null, "true"),
        ["allowDirtyWorkTree"] = (null, "true"),
        ["rehearsal"] = (null, "off"),
        ["compatibility.policy"] = (null, "off"),
        ["compatibility.queries"] = ("queries.sql", ""),
        ["compatibility.maintenance"] = (null, "true"),
        ["planExpiry"] = (null, "365d"),
        ["github.repository"] = ("acme/shop", "eve/shop"),
        ["github.checkName"] = (null, "tests"),
        ["github.environment"] = (null, "playground"),
        ["github.approvalBinding"] = ("comment", "run"),
    };

    /// <summary>Sections of dbgate.json, each with its weakest value; what held before is the default.</summary>
    public static IReadOnlyDictionary<string, string> OfSections { get; } = new Dictionary<string, string>
    {
        ["approvals.production.required"] = """{ "approvals": { "production": { "required": 0 } } }""",
        ["approvals.production.dataLoss"] = """{ "approvals": { "production": { "dataLoss": 0 } } }""",
        ["approvals.production.authorMayApprove"] = """{ "approvals": { "production": { "authorMayApprove": true } } }""",
        ["approvals.keys.ana"] = """{ "approvals": { "keys": { "ana": "mine.pem" } } }""",
        ["guard.ignore"] = """{ "guard": { "ignore": ["**"] } }""",
        ["guard.unfollowed"] = """{ "guard": { "unfollowed": ["**"] } }""",
        ["guard.development"] = """{ "guard": { "development": ["**"] } }""",
        ["drift.ignoreSchemas"] = """{ "drift": { "ignoreSchemas": ["public"] } }""",
        ["waivers.DBG0401"] = """{ "waivers": [{ "check": "DBG0401", "reason": "in a hurry", "who": "eve", "expires": "2027-01-01" }] }""",
    };

    /// <summary>dbgate.json with one setting.</summary>
    public static string File(string setting, string value)
    {
        var names = setting.Split('.');
        return string.Concat(names.Select(name => $$"""{"{{name}}":""")) + $"\"{value}\"" + new string('}', names.Length);
    }
}
