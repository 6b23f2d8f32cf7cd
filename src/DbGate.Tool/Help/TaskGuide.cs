namespace DbGate.Tool.Help;

/// <summary>What help says about a task beyond its own description.</summary>
/// <param name="Name">The task.</param>
/// <param name="Options">Settings that matter to it: names of <c>dbgate.json</c>, or <c>backup.*</c> for all that begin so.</param>
/// <param name="Examples">Whole command lines.</param>
sealed record TaskGuide(string Name, string[] Options, params string[] Examples);

/// <summary>Tasks by what a person wants to do.</summary>
sealed record Purpose(string Title, params TaskGuide[] Tasks)
{
    /// <summary>Every task stands in one of them; a test holds it. A task of another assembly that is missing here is shown under "Other".</summary>
    public static IReadOnlyList<Purpose> All { get; } =
    [
        new(
            "Release",
            new("release", ["approvals", "plan", "planExpiry", "rehearsal", "migrations.*", "backup.*", "ready.*"],
                "dbgate release --environment=production --dryrun",
                "dbgate release --environment=production",
                "dbgate release --environment=production --plan=3f9a62c1"),
            new("plan", ["planExpiry", "requestedBy", "rehearsal", "migrations.folder"], "dbgate plan --environment=production"),
            new("approve", ["plan", "by", "confirm", "acceptLoss"],
                "dbgate approve --environment=production --plan=3f9a62c1 --by=alice",
                "dbgate approve --environment=production --plan=3f9a62c1 --by=alice --accept-loss=\"column public.users.phone\""),
            new("rehearse", ["rehearsal", "restore.jobs", "migrations.*"], "dbgate rehearse --environment=production --rehearsal=required"),
            new("migrate-deploy", ["plan", "migrations.*", "backup.maxAge"], "dbgate migrate-deploy --environment=staging --engine=direct"),
            new("verify-ready", ["ready.*", "migrations.folder", "replicaMaxLag"], "dbgate verify-ready --environment=production --ready-timeout=30s")),
        new(
            "Check, without changing anything",
            new("forbid-db-push", [], "dbgate forbid-db-push --environment=production", "dbgate forbid-db-push --environment=production --json"),
            new("guard", ["command"], "dbgate guard --environment=production --command=\"npx prisma db push\""),
            new("production-safety", ["maxConnections", "pushAllowed", "backup.enabled", "backup.retentionDays", "backup.lastRestoreTestDate", "replicaMaxLag"],
                "dbgate production-safety --environment=production"),
            new("stats", ["exact"], "dbgate stats --environment=production", "dbgate stats --environment=production --exact --json"),
            new("checklist", [], "dbgate checklist --environment=production"),
            new("audit", ["evidenceHead"], "dbgate audit --environment=production"),
            new("doctor", [], "dbgate doctor", "dbgate doctor --environment=production --project=../shop")),
        new(
            "Back up and restore",
            new("backup", ["backup.*"], "dbgate backup --environment=production", "dbgate backup --environment=production --jobs=4 --compression=6"),
            new("backup-first", ["backup.*"], "dbgate backup-first --environment=production --backup-max-age=30m"),
            new("prune-backups", ["preview", "backup.*"], "dbgate prune-backups --environment=production --preview"),
            new("restore-test", ["restore.*"], "dbgate restore-test --environment=production", "dbgate restore-test --environment=production --schema-only", "dbgate restore-test --environment=production --due-after=30d"),
            new("restore", ["restore.*", "confirm"],
                "dbgate restore --environment=production --into=shop_yesterday",
                "dbgate restore --environment=production --table=public.wallets --into=wallets_yesterday")),
        new(
            "Protect the database itself",
            new("protect", ["protection.*", "verify", "printSql"], "dbgate protect --environment=production --print-sql", "dbgate protect --environment=production --verify"),
            new("unprotect", ["confirm"], "dbgate unprotect --environment=production --confirm=shop_production")),
        new("Set up", new TaskGuide("init", [], "dbgate init", "dbgate init --project=../shop --dryrun")),
        new(
            "On GitHub",
            new("github-approvals", ["plan", "github.approvalBinding", "github.environment"], "dbgate github-approvals --environment=production --plan=3f9a62c1"),
            new("publish", ["github.*"], "dbgate publish --environment=production", "dbgate publish --environment=production --github-repository=acme/shop")),
        new(
            "Serve, and many databases",
            new("serve", ["service.*"], "dbgate serve --environment=production", "dbgate serve --environment=production --service-address=http://0.0.0.0:8632"),
            new("fleet", ["fleet.*"], "dbgate fleet --fleet-list=databases.txt --json"),
            new("aggregate", ["fleet.list", "fleet.reports"], "dbgate aggregate --fleet-list=databases.txt --fleet-reports=artifacts/dbgate-fleet")),
    ];

    /// <summary>The guide of a task; an empty one where nobody wrote it.</summary>
    public static TaskGuide GuideOf(string task) => All.SelectMany(purpose => purpose.Tasks).FirstOrDefault(guide => guide.Name == task) ?? new(task, []);
}
