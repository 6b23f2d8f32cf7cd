using DbGate.Problems;
using DbGate.Configuration;
using DbGate.Postgres;

namespace DbGate.Starter;

/// <summary>The starter files' texts. Pure: from what a project shows to what is written.</summary>
static class StarterText
{
    /// <summary>Secrets and what runs leave behind.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [".env", ".env.production", ".env.staging", "backups/", "artifacts/dbgate/"];

    public static string ProjectFile(ProjectLook look) => $$"""
        {
          // DbGate's settings for this project. The file is committed, so it contains no database URL and no key: those are variables
          // (DATABASE_URL_PROD, DATABASE_URL_STAGING, DATABASE_URL, DIRECT_URL), or lines of a .env file that git ignores.
          // An option of the command line or a variable takes precedence over a line here. An unknown key is an error.
          "$schema": "./{{Configuration.ProjectFileSchema.FileName}}",{{Variable(look)}}

          // Found: {{Seen(look)}}.
          "migrations": {
            // {{Engines(look)}}
            {{Engine(look)}}
            {{Folder(look)}}
            "timeout": "1h"
          },

          // The application's connection limit, 1 to 100. Production is blocked without it.
          // "maxConnections": 20,

          "backup": {
            "enabled": true,
            "retentionDays": 30,                  // recommended: development 3, staging 7, production 30
            "keepMonthly": 12,
            // To a bucket: "uploadEnabled": true, "s3Bucket": "acme-backups/shop"   (or "gcsBucket")
          },

          "ready": {
            // "url": "https://shop.example/ready",{{Platform(look)}}
            "timeout": "2m"
          },

          // How many people approve a plan for production: one, and two when it loses data. 0 deploys without approval.
          "approvals": {
            "production": { "required": 1, "dataLoss": 2 }
          },

          // Files that production runs without a reference to them, and files that only developers run:
          // "guard": { "production": ["deploy/**"], "development": ["tools/**"] },

          // A problem that is accepted until a date:
          // "waivers": [{ "check": "DBG0104", "reason": "…", "who": "…", "expires": "2027-01-31" }],
        }

        """;

    public static string Workflow(ProjectLook look, ToolOrigin origin) => $$"""
        # Gates this project's database. Made by `dbgate init`; it is yours to change. All of it: DbGate's docs/guides/github-actions.md.{{Placeholder(origin)}}
        # - A pull request shows whether a path of production reaches a destructive command. It needs no database and no secret.
        # - A release is started by hand: plan, the approval of the environment "production" (set its reviewers), release. The jobs that reach
        #   the database run in the environment "production-database": put DATABASE_URL_PROD there, and where backups go (docs/guides/stores.md):
        #   a runner forgets its disk.
        name: dbgate

        on:
          pull_request:
          workflow_dispatch:

        permissions: {}

        jobs:
          guard:
            if: github.event_name == 'pull_request'
            uses: {{origin.Repository}}/.github/workflows/guard.yml@{{origin.Commit}}
            permissions:
              contents: read
              security-events: write
            with:
              dbgate-repository: {{origin.Repository}}
              dbgate-ref: {{origin.Commit}}

          release:
            if: github.event_name == 'workflow_dispatch'
            uses: {{origin.Repository}}/.github/workflows/release-gate.yml@{{origin.Commit}}
            permissions:
              contents: read
              actions: read
              checks: write
              deployments: write
              pull-requests: write
              statuses: write
              id-token: write
            with:
              dbgate-repository: {{origin.Repository}}
              dbgate-ref: {{origin.Commit}}
        {{Prepare(look)}}    secrets: inherit

        """;

    static string Variable(ProjectLook look) => look.ConnectionString is { } name
        ? $"\n\n  // The application reads this connection string ({name.Place}); DbGate takes production's from it, and deploys with it.\n"
            + $"  \"databaseUrlVariable\": \"{name.Variable}\","
        : "";

    static string Seen(ProjectLook look) => string.Join(
        ", ",
        new[]
        {
            look.Tool?.Words ?? $"Prisma {look.PrismaText}",
            look.Tool is null ? look.Manager?.Name ?? "no package.json" : null,
            look.Migrations is null
                ? look.Tool is { Count: > 0 } tool ? $"{tool.Count} {(tool.Count == 1 ? "migration" : "migrations")}" : "no migrations yet"
                : $"{look.Count} {(look.Count == 1 ? "migration" : "migrations")} in {look.Migrations}",
            look.Database is null or HostedService.Unknown or HostedService.Local
                ? null
                : $"PostgreSQL of {look.Database}{(look.IsPooled ? " through its pooler: set DIRECT_URL too (docs/guides/hosts.md)" : "")}",
            look.Platform,
            look.Workspaces.Count > 1
                ? $"Prisma in {string.Join(", ", look.Workspaces)}: each has its own settings (--project=<folder>)"
                : null,
        }.OfType<string>());

    static string Engine(ProjectLook look) => look.Tool is { } tool ? $"\"tool\": \"{tool.Id}\",\n    {Command(tool)}"
        : look.IsUnknown ? "// \"tool\": \"\", \"command\": \"\",      // docs/reference/migration-tools.md"
        : look.Manager is { } manager
        ? $"\"engine\": \"prisma\",\n    \"command\": \"{manager.DeployCommandIn(look.Workspace, look.WorkspaceName)}\","
        : "\"engine\": \"direct\",";

    static string Engines(ProjectLook look) => look.Tool is null
        ? "\"prisma\" runs the command; \"direct\" lets DbGate apply the files itself, without Node."
        : "The command deploys; DbGate reads the ledger before and after it.";

    static string Command(DetectedTool tool) => tool.Command is { } command
        ? $"\"command\": \"{command}\",{(tool.Doubt is { } doubt ? $"   // {doubt}" : "")}"
        : $"// \"command\": \"\",      // {tool.Doubt}";

    static string Folder(ProjectLook look) => look.Tool is { } tool
        ? tool.Folder is { } path ? $"\"folder\": \"{path}\"," : "// its migrations are found wherever they are in the project"
        : look is { NeedsFolder: true, Migrations: { } folder }
        ? $"\"folder\": \"{folder}\","
        : "// \"folder\": \"prisma/migrations\",      // only where the Prisma config does not name it";

    static string Platform(ProjectLook look) => look.Platform is null ? "" : $"   // where {look.Platform} puts the application";

    static string Prepare(ProjectLook look) => look.Tool is { Id: "efcore" } ? "      prepare: dotnet tool restore && dotnet restore\n"
        : look.Manager is { } manager ? $"      prepare: {manager.InstallCommand}\n" : "";

    static string Placeholder(ToolOrigin origin) =>
        origin.IsKnown
            ? ""
            : "\n# This DbGate does not know where it comes from: write its repository and commit for acme/dbgate and the zeros.";
}
