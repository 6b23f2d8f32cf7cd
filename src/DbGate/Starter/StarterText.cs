using DbGate.Postgres;

namespace DbGate.Starter;

/// <summary>The starter files' texts. Pure: from what a project shows to what is written.</summary>
static class StarterText
{
    /// <summary>Secrets and what runs leave behind.</summary>
    public static IReadOnlyList<string> Ignored { get; } = [".env", ".env.production", ".env.staging", "backups/", "artifacts/dbgate/"];

    public static string ProjectFile(ProjectLook look) => $$"""
        {
          // DbGate's settings for this project. It is committed: database URLs and keys are secrets and stand in variables
          // (DATABASE_URL_PROD, DATABASE_URL_STAGING, DATABASE_URL, DIRECT_URL), or in a .env file that git ignores.
          // An option of the command line or a variable is stronger than a line here; an unknown key is an error.
          "$schema": "./{{Configuration.ProjectFileSchema.FileName}}",

          // Seen here: {{Seen(look)}}.
          "migrations": {
            // "prisma" runs the command; "direct" lets DbGate apply the files itself, without Node.
            {{Engine(look)}}
            // "folder": "prisma/migrations",      // only where the Prisma config does not say it
            "timeout": "1h"
          },

          // The application's connection limit, 1 to 100: production blocks without it.
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

          // Who approves a production plan: one person, two when it loses data. 0 deploys without asking.
          "approvals": {
            "production": { "required": 1, "dataLoss": 2 }
          },

          // Files that production runs although nothing says so, and files that only developers run:
          // "guard": { "production": ["deploy/**"], "development": ["tools/**"] },

          // A problem that may pass for a while:
          // "waivers": [{ "check": "DBG0104", "reason": "…", "who": "…", "expires": "2027-01-31" }],
        }

        """;

    public static string Workflow(ProjectLook look) => $$$"""
        # Gates this project's database. Made by `dbgate init`; it is yours to change.
        # - A pull request shows whether a path of production reaches a destructive command. It needs no database and no secret.
        # - A release is started by hand, runs under the environment "production" (set its reviewers and secrets in the settings),
        #   takes a backup, rehearses, stops for the approval of its plan, and in a second run with the plan's digest deploys and verifies.
        #   The runner forgets its disk, so backups and plans go to a bucket: set the variable AWS_S3_BACKUP_BUCKET and its credentials.
        name: dbgate
        on:
          pull_request:
          workflow_dispatch:
            inputs:
              plan:
                description: The digest of an approved plan; empty for a first run, which makes the plan
                required: false
        permissions:
          contents: read
        jobs:
          guard:
            runs-on: ubuntu-latest
            timeout-minutes: 10
            steps:
              - uses: actions/checkout@v5
              - uses: actions/setup-dotnet@v4
                with:
                  dotnet-version: 10.0.x
              - run: dotnet tool install --global DbGate.Tool
              - run: dbgate forbid-db-push --environment=production
          release:
            if: github.event_name == 'workflow_dispatch'
            needs: guard
            runs-on: ubuntu-latest
            timeout-minutes: 120
            environment: production
            concurrency: dbgate-production
            steps:
              - uses: actions/checkout@v5
              - uses: actions/setup-dotnet@v4
                with:
                  dotnet-version: 10.0.x
        {{{Node(look)}}}      - run: dotnet tool install --global DbGate.Tool
              - run: dbgate release --environment=production
                env:
                  DATABASE_URL_PROD: ${{ secrets.DATABASE_URL_PROD }}
                  DIRECT_URL: ${{ secrets.DIRECT_URL }}
                  DATABASE_MAX_CONNECTIONS: ${{ vars.DATABASE_MAX_CONNECTIONS }}
                  READY_URL: ${{ vars.READY_URL }}
                  BACKUP_UPLOAD_ENABLED: ${{ vars.AWS_S3_BACKUP_BUCKET != '' }}
                  AWS_S3_BACKUP_BUCKET: ${{ vars.AWS_S3_BACKUP_BUCKET }}
                  AWS_REGION: ${{ vars.AWS_REGION }}
                  AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}
                  AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
                  DBGATE_PLAN: ${{ inputs.plan }}
              - if: always()
                uses: actions/upload-artifact@v5
                with:
                  name: dbgate
                  path: artifacts/dbgate

        """;

    static string Seen(ProjectLook look) => string.Join(
        ", ",
        new[]
        {
            $"Prisma {look.PrismaText}",
            look.Manager?.Name ?? "no package.json",
            look.Migrations is null ? "no migrations yet" : $"{look.Count} {(look.Count == 1 ? "migration" : "migrations")} in {look.Migrations}",
            look.Database is null or HostedService.Unknown or HostedService.Local ? null : $"PostgreSQL of {look.Database}{(look.IsPooled ? " through its pooler: set DIRECT_URL too (docs/hosts.md)" : "")}",
            look.Platform,
        }.OfType<string>());

    static string Engine(ProjectLook look) => look.Manager is { } manager
        ? $"\"engine\": \"prisma\",\n    \"command\": \"{manager.DeployCommand}\","
        : "\"engine\": \"direct\",";

    static string Platform(ProjectLook look) => look.Platform is null ? "" : $"   // where {look.Platform} puts the application";

    static string Node(ProjectLook look) => look.Manager is { } manager
        ? $"""
                - uses: actions/setup-node@v4
                  with:
                    node-version: lts/*
                - run: {manager.InstallCommand}

          """
        : "";
}
