namespace DbGate.Migrations.Tools;

/// <summary>Every migration tool that DbGate reads. A new one is one line here.</summary>
static class MigrationToolCatalog
{
    /// <summary>All tools; the first is the one of a project in which nothing shows another.</summary>
    public static IReadOnlyList<MigrationTool> All { get; } =
    [
        new PrismaTool(),
        new Prisma8Tool(),
        new EfCoreTool(),
        new DbUpTool(),
        new FluentMigratorTool(),
        new EvolveTool(),
        new FlywayTool(),
        new DrizzleTool(),
        new DbmateTool(),
        new GooseTool(),
        new GolangMigrateTool(),
        new SqlxTool(),
        new NodePgMigrateTool(),
        new GraphileMigrateTool(),
        new KnexTool(),
        new TypeOrmTool(),
        new SequelizeTool(),
        new MikroOrmTool(),
        new KyselyTool(),
        new GrateTool(),
        new LiquibaseTool(),
        new AlembicTool(),
        new DjangoTool(),
        new RailsTool(),
        new SupabaseTool(),
        new AtlasTool(),
        new SqitchTool(),
        new EctoTool(),
    ];

    /// <summary>The tool of a project in which nothing shows another.</summary>
    public static MigrationTool Default => All[0];

    /// <summary>The tool with an id; null when there is none.</summary>
    public static MigrationTool? Find(string id) =>
        All.FirstOrDefault(tool => tool.Facts.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
