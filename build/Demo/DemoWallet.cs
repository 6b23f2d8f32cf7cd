namespace DbGate.Build.Demo;

/// <summary>The wallet: Prisma's migrations, applied by the direct engine, so that the demo needs no Node.</summary>
sealed class DemoWallet : DemoProject
{
    public DemoWallet(string folder)
        : base("wallet", folder) => Directory.Delete(Path.Combine(folder, "next"), recursive: true);

    public override string Words => "the wallet application as it is today: four migrations and its data";

    public override string Seed => File.ReadAllText(Path.Combine(Sample, "prisma/seed.sql"));

    public override string[] Options => ["--engine=direct"];

    public override void AddNextMigration() => Copy(Path.Combine(Sample, "next"), Folder);

    public override void AddFailingMigration() =>
        Write("prisma/migrations/20261201090000_country/migration.sql", "ALTER TABLE \"User\" ADD COLUMN \"country\" TEXT NOT NULL;\n");

    public override void LetTheImagePush() =>
        Replace("scripts/start.sh", "prisma migrate deploy", "prisma db push --accept-data-loss");
}
