using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

[Parallelizable(ParallelScope.All)]
public sealed class Classification
{
    [TestCase("prisma db push")]
    [TestCase("npx prisma db push --force-reset")]
    [TestCase("npx -y prisma@latest db push")]
    [TestCase("npx -p prisma prisma db push")]
    [TestCase("npx -p prisma -c 'prisma db push'")]
    [TestCase("npx --no-install prisma migrate reset -f")]
    [TestCase("npm exec prisma db push")]
    [TestCase("npm exec -- prisma db push")]
    [TestCase("npm x -- prisma db push")]
    [TestCase("npm exec -w packages/db -- prisma db push")]
    [TestCase("pnpm prisma db push")]
    [TestCase("pnpm exec prisma db push")]
    [TestCase("pnpm dlx prisma db push")]
    [TestCase("pnpx prisma db push")]
    [TestCase("pnpm --filter @acme/db exec prisma db push")]
    [TestCase("pnpm -F db prisma migrate dev")]
    [TestCase("pnpm -r exec prisma db push")]
    [TestCase("yarn prisma db push")]
    [TestCase("yarn run prisma db push")]
    [TestCase("yarn exec prisma db push")]
    [TestCase("yarn dlx prisma db push")]
    [TestCase("yarn workspace db prisma db push")]
    [TestCase("bun prisma db push")]
    [TestCase("bun x prisma db push")]
    [TestCase("bun run prisma db push")]
    [TestCase("bunx prisma db push")]
    [TestCase("bunx --bun prisma db push")]
    [TestCase("deno run -A npm:prisma db push")]
    [TestCase("deno run -A npm:prisma@6 db push")]
    [TestCase("node_modules/.bin/prisma db push")]
    [TestCase("./node_modules/.bin/prisma.cmd db push")]
    [TestCase("$(npm bin)/prisma db push")]
    [TestCase("node node_modules/prisma/build/index.js db push")]
    [TestCase("node --max-old-space-size=4096 ./node_modules/.bin/prisma db push")]
    [TestCase("python -m prisma db push")]
    [TestCase("uv run prisma db push")]
    [TestCase("poetry run prisma migrate dev")]
    [TestCase("go run github.com/steebchen/prisma-client-go db push")]
    [TestCase("npx prisma7 db push")]
    [TestCase("npx @prisma/prisma7 db push")]
    [TestCase("npx @prisma/cli@2 db push")]
    [TestCase("prisma --config p.ts db push")]
    [TestCase("prisma db --config p.ts push")]
    [TestCase("prisma -- db push")]
    [TestCase("prisma db push --schema prisma/schema.prisma")]
    [TestCase("prisma migrate dev --name x --create-only")]
    [TestCase("prisma db execute --file fix.sql")]
    [TestCase("prisma db drop --preview-feature -f")]
    [TestCase("prisma db update --confirm shop")]
    [TestCase("prisma migrate diff --from-empty --script | prisma db execute --stdin")]
    [TestCase("dotenv -e .env.production -- npx prisma db push")]
    [TestCase("dotenv -e .env prisma db push")]
    [TestCase("npx dotenv-cli -e .env -- prisma db push")]
    [TestCase("dotenvx run -f .env.production -- npx prisma db push")]
    [TestCase("env-cmd -f .env.production npx prisma db push")]
    [TestCase("env-cmd .env.production prisma db push")]
    [TestCase("cross-env NODE_ENV=production prisma db push")]
    [TestCase("DATABASE_URL=postgres://db/x npx prisma db push")]
    [TestCase("sh -c 'npx prisma db push'")]
    [TestCase("bash -lc \"npx prisma db push\"")]
    [TestCase("bash -euxo pipefail -c 'npx prisma db push'")]
    [TestCase("docker exec -it api npx prisma db push")]
    [TestCase("docker run --rm -e A=b acme/api npx prisma db push")]
    [TestCase("docker run --rm --entrypoint npx acme/api prisma db push")]
    [TestCase("docker-compose run --rm api sh -c 'npx prisma db push'")]
    [TestCase("docker compose -f x.yml exec api yarn prisma migrate dev")]
    [TestCase("kubectl exec -n shop deploy/api -- npx prisma db push")]
    [TestCase("kubectl exec api npx prisma db push")]
    [TestCase("heroku run -a shop npx prisma db push")]
    [TestCase("heroku run \"npx prisma db push\" -a shop")]
    [TestCase("fly ssh console -C \"npx prisma db push\"")]
    [TestCase("railway run npx prisma db push")]
    [TestCase("doppler run -p shop -c prd -- npx prisma db push")]
    [TestCase("doppler run --command 'npx prisma db push'")]
    [TestCase("infisical run --env=prod -- npx prisma db push")]
    [TestCase("op run --env-file=.env -- npx prisma db push")]
    [TestCase("ssh app@example.test 'cd app && npx prisma db push'")]
    [TestCase("ssh -i key app@example.test npx prisma db push")]
    [TestCase("sudo -u app npx prisma db push")]
    [TestCase("su - app -c 'npx prisma db push'")]
    [TestCase("runuser -u app -- npx prisma db push")]
    [TestCase("gosu node npx prisma db push")]
    [TestCase("timeout -k 5 30s npx prisma db push")]
    [TestCase("nice -n 10 ionice -c 3 npx prisma db push")]
    [TestCase("xargs -n1 npx prisma db push")]
    [TestCase("wait-for-it.sh db:5432 -t 30 -- npx prisma db push")]
    [TestCase("dockerize -wait tcp://db:5432 npx prisma db push")]
    [TestCase("concurrently -n a,b \"npx prisma db push\" \"next dev\"")]
    [TestCase("nodemon --exec \"npx prisma db push\"")]
    [TestCase("echo y | npx prisma migrate reset")]
    [TestCase("trap 'npx prisma db push' EXIT")]
    [TestCase("find . -name x -exec npx prisma db push \\;")]
    [TestCase("corepack pnpm prisma db push")]
    [TestCase("pwsh -Command \"npx prisma db push\"")]
    [TestCase("cmd /c npx prisma db push")]
    [TestCase("/usr/local/bin/npx prisma db push")]
    [TestCase("nix develop -c npx prisma db push")]
    [TestCase("my-own-wrapper --flag npx prisma db push")]
    [TestCase("my-own-wrapper 'npx prisma db push'")]
    [TestCase("$NPX prisma db push")]
    public void Blocks_in_production(string line)
    {
        var verdict = Guard.Classify(line, "production");

        Assert.That((verdict.Class, verdict.Blocks), Is.EqualTo((CommandClass.Destructive, true)), verdict.Reason);
    }

    [TestCase("prisma migrate deploy", CommandClass.Allowed)]
    [TestCase("npx prisma migrate status", CommandClass.Allowed)]
    [TestCase("npx prisma generate", CommandClass.Allowed)]
    [TestCase("npx prisma validate && npx prisma format", CommandClass.Allowed)]
    [TestCase("npx prisma migrate diff --from-empty --to-schema-datamodel a --script > x.sql", CommandClass.Allowed)]
    [TestCase("npx prisma db pull", CommandClass.Allowed)]
    [TestCase("npx prisma db migrate", CommandClass.Allowed)]
    [TestCase("npx prisma migrate resolve --applied x", CommandClass.HistoryRewriting)]
    [TestCase("npx prisma db push --help", CommandClass.None)]
    [TestCase("npx prisma DB PUSH", CommandClass.None)]
    [TestCase("npx prisma --schema x db push", CommandClass.None)]
    [TestCase("echo npx prisma db push", CommandClass.None)]
    [TestCase("git commit -m 'npx prisma db push'", CommandClass.None)]
    [TestCase("git log --grep 'prisma db push'", CommandClass.None)]
    [TestCase("grep -rn 'prisma migrate reset' .", CommandClass.None)]
    [TestCase("# npx prisma db push", CommandClass.None)]
    [TestCase("command -v prisma", CommandClass.None)]
    [TestCase("npm install prisma", CommandClass.None)]
    [TestCase("pnpm add -D prisma", CommandClass.None)]
    [TestCase("notify 'npx prisma db push failed'", CommandClass.None)]
    [TestCase("docker push acme/prisma", CommandClass.None)]
    [TestCase("mydb push prisma", CommandClass.None)]
    [TestCase("npx prismatic db push", CommandClass.None)]
    [TestCase("", CommandClass.None)]
    public void Lets_pass(string line, CommandClass expected)
    {
        var verdict = Guard.Classify(line, "production");

        Assert.That((verdict.Class, verdict.Blocks), Is.EqualTo((expected, false)), verdict.Reason);
    }

    [Test]
    public void Lets_development_push() => Assert.That(Guard.Classify("npx prisma db push", "development").Blocks, Is.False);

    [Test]
    public void Blocks_a_stored_consent_in_every_environment() =>
        Assert.That(
            Guard.Classify("PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION=yes npx prisma migrate reset --force", "development").Blocks,
            Is.True);

    [Test]
    public void Follows_the_scripts_of_the_project()
    {
        var root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(root, "package.json"), """{ "scripts": { "db:reset": "prisma migrate reset --force" } }""");
            var verdict = Guard.Classify("npm run db:reset", "production", root);

            Assert.That(
                string.Join(" → ", verdict.Chain),
                Is.EqualTo("command line:1 npm run db:reset → package.json:1 \"db:reset\" prisma migrate reset --force"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
