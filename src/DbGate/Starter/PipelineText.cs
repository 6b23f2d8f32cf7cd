using System.Reflection;

namespace DbGate.Starter;

/// <summary>
/// Pipelines for systems without reusable workflows of DbGate: they install the released tool, and the platform's own approval decides who
/// starts the deploy. Pure: from what a project shows to what is written.
/// </summary>
static class PipelineText
{
    /// <summary>The project's own file, which DbGate does not change.</summary>
    public const string GitLabOwn = ".gitlab-ci.yml";

    /// <summary>What is written for GitLab.</summary>
    public const string GitLab = ".gitlab/dbgate.gitlab-ci.yml";

    /// <summary>The project's own file, which DbGate does not change.</summary>
    public const string AzureOwn = "azure-pipelines.yml";

    /// <summary>What is written for Azure Pipelines.</summary>
    public const string Azure = "azure-pipelines-dbgate.yml";

    /// <summary>The version of this program when it was released; null for a build of a checkout, which no feed has.</summary>
    public static string? Released { get; } = Release(
        typeof(PipelineText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <summary>"1.4.2" of "1.4.2+commit"; null for a prerelease.</summary>
    public static string? Release(string? version) =>
        version?.Split('+')[0] is { Length: > 0 } own && !own.Contains('-') && own != "0.0.0" && own != "1.0.0" ? own : null;

    public static string ForGitLab(ProjectLook look, string? version) => $$"""
        # Gates this project's database. Made by `dbgate init`; it is yours to change. Include it in .gitlab-ci.yml:
        #   include: [{ local: {{GitLab}} }]
        # - A merge request shows whether production reaches a destructive command. It needs no database and no secret.
        # - On the default branch: plan, an approval by hand, release. Protect the environment "production" (Settings, CI/CD): only its
        #   approvers may run dbgate-approve. Limit the variables DATABASE_URL_PROD, DATABASE_MAX_CONNECTIONS and READY_URL to it.
        # - A job forgets its disk: backups and plans need a bucket (AWS_S3_BACKUP_BUCKET or GCS_BACKUP_BUCKET).
        .dbgate:
          image: mcr.microsoft.com/dotnet/sdk:10.0
          before_script:
            - apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql jq >/dev/null
            - {{Install(version, "--tool-path /usr/local/bin")}}
        {{Indented(look, "    - ")}}  artifacts:
            when: always
            paths: [artifacts/dbgate/]

        dbgate-guard:
          extends: .dbgate
          stage: test
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          script:
            - dbgate forbid-db-push --environment=production

        dbgate-plan:
          extends: .dbgate
          stage: deploy
          environment: { name: production, action: access }
          rules:
            - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          script:
            - dbgate plan --environment=production --requested-by="$GITLAB_USER_LOGIN" --json >dbgate-plan.json
            - jq -r '"DBGATE_PLAN=" + .release.plan' dbgate-plan.json >dbgate-plan.env
          artifacts:
            when: always
            paths: [artifacts/dbgate/]
            reports:
              dotenv: dbgate-plan.env

        dbgate-approve:
          extends: .dbgate
          stage: deploy
          needs: [dbgate-plan]
          environment: { name: production, action: access }
          rules:
            - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
              when: manual
          script:
            - dbgate approve --environment=production --plan="$DBGATE_PLAN" --by="$GITLAB_USER_LOGIN" --confirm=APPROVE_PRODUCTION

        dbgate-release:
          extends: .dbgate
          stage: deploy
          needs: [dbgate-plan, dbgate-approve]
          environment: { name: production }
          resource_group: dbgate-production
          rules:
            - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          script:
            - dbgate release --environment=production --plan="$DBGATE_PLAN"

        """;

    public static string ForAzure(ProjectLook look, string? version) => $$"""
        # Gates this project's database. Made by `dbgate init`; it is yours to change. Make a pipeline of this file in Azure DevOps.
        # - A pull request shows whether production reaches a destructive command. It needs no database and no secret.
        # - On main: plan, the approval of the environment "production" (add its approvers under Approvals and checks), release.
        # - The approval is Azure's: who approved is not told to the job. So the policy file, a secure file that no commit changes, contains
        #   { "approvals": { "production": { "required": 0 } } }.
        # - The variable group "dbgate-production" has DATABASE_URL_PROD, DATABASE_MAX_CONNECTIONS and READY_URL, and the bucket of the
        #   backups, because a job forgets its disk. A secret reaches a step only through its env.
        trigger: [main]
        pr: [main]

        pool:
          vmImage: ubuntu-latest

        stages:
          - stage: guard
            condition: eq(variables['Build.Reason'], 'PullRequest')
            jobs:
              - job: guard
                steps:
                  - script: {{Install(version, "--global")}}
                    displayName: Install DbGate
                  - script: dbgate forbid-db-push --environment=production
                    displayName: Guard

          - stage: plan
            dependsOn: []
            condition: ne(variables['Build.Reason'], 'PullRequest')
            variables:
              - group: dbgate-production
            jobs:
              - job: plan
                steps:
                  - script: {{Install(version, "--global")}}
                    displayName: Install DbGate
        {{Step(look, "          ")}}          - task: DownloadSecureFile@1
                    name: policy
                    inputs: { secureFile: dbgate-policy.json }
                  - script: |
                      dbgate plan --environment=production --requested-by="$(Build.RequestedFor)" --json >dbgate-plan.json
                      echo "##vso[task.setvariable variable=digest;isOutput=true]$(jq -r .release.plan dbgate-plan.json)"
                    name: plan
                    env:
                      DATABASE_URL_PROD: $(DATABASE_URL_PROD)
                      DBGATE_POLICY_FILE: $(policy.secureFilePath)
                  - publish: artifacts/dbgate
                    artifact: dbgate-plan
                    condition: always()

          - stage: release
            dependsOn: plan
            condition: succeeded('plan')
            variables:
              - group: dbgate-production
              - name: digest
                value: $[ stageDependencies.plan.plan.outputs['plan.digest'] ]
            jobs:
              - deployment: release
                environment: production
                strategy:
                  runOnce:
                    deploy:
                      steps:
                        - checkout: self
                        - script: {{Install(version, "--global")}}
                          displayName: Install DbGate
        {{Step(look, "                ")}}                - task: DownloadSecureFile@1
                          name: policy
                          inputs: { secureFile: dbgate-policy.json }
                        - script: dbgate release --environment=production --plan="$(digest)"
                          env:
                            DATABASE_URL_PROD: $(DATABASE_URL_PROD)
                            DBGATE_POLICY_FILE: $(policy.secureFilePath)
                        - publish: artifacts/dbgate
                          artifact: dbgate-release
                          condition: always()

        """;

    static string Install(string? version, string where) =>
        $"dotnet tool install {where} DbGate.Tool{(version is null ? "" : $" --version {version}")}";

    /// <summary>How the project's own migration command gets what it runs on.</summary>
    static string? Prepare(ProjectLook look) => look.Tool is { Id: "efcore" } ? "dotnet tool restore && dotnet restore"
        : look.Tool is null ? look.Manager?.InstallCommand
        : null;

    static string Indented(ProjectLook look, string start) => Prepare(look) is { } command ? $"{start}{command}\n" : "";

    static string Step(ProjectLook look, string start) =>
        Prepare(look) is { } command ? $"{start}- script: {command}\n{start}  displayName: Install what the migrations need\n" : "";
}
