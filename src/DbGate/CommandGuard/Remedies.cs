namespace DbGate.CommandGuard;

/// <summary>What to do instead.</summary>
static class Remedies
{
    public static string For(GuardFinding finding) => For(finding.Operation);

    public static string For(string operation) => operation switch
    {
        "db push" => "run `prisma migrate deploy` there; make the change a migration first (`prisma migrate dev` on a development database)",
        "migrate dev" => "run `prisma migrate deploy` there; `migrate dev` is for development databases and may reset them",
        "migrate reset" or "db drop" => "remove it from the path: it drops every table; `prisma migrate deploy` applies what is pending",
        "db execute" => "put the SQL into a migration and run `prisma migrate deploy` there",
        "db update" => "run `prisma db migrate` there, with a planned migration",
        "migrate resolve" => "resolve a failed migration by hand and on purpose, not on every start; then run `prisma migrate deploy`",
        _ => "run `prisma migrate deploy` there",
    };
}
