using DbGate.Git;
using DbGate.Migrations.Compatibility.Models;
using DbGate.Releases.Compatibility;
using DbGate.Releases.Evidence;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>What the files of a commit state about the queries that its application sends.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DeployedModels
{
    const string Prisma = """
        // A comment with model Fake { id Int @id }
        datasource db {
          provider = "postgresql"
        }
        enum Role {
          USER
          ADMIN
        }
        model User {
          id        Int      @id @default(autoincrement())
          email     String   @unique @map("e_mail") // "quoted
          name      String?
          role      Role     @default(USER)
          tags      String[]
          secret    String?  @ignore
          shape     Unsupported("circle")?
          updatedAt DateTime @updatedAt
          posts     Post[]
          groups    Group[]
          boss      User?    @relation("boss",
                               fields: [bossId], references: [id])
          bossId    Int?
          team      User[]   @relation("boss")
          @@map("users")
        }
        model Post {
          userId Int
          slug   String
          user   User @relation(fields: [userId], references: [id])
          @@id([userId, slug(sort: Desc)])
          @@schema("blog")
        }
        model Group {
          id    Int    @id
          users User[]
        }
        model Old {
          id Int @id
          @@ignore
        }
        view Totals {
          n Int @unique
        }
        """;

    const string EfCore = """
        [DbContext(typeof(ShopContext))]
        partial class ShopContextModelSnapshot : ModelSnapshot
        {
            protected override void BuildModel(ModelBuilder modelBuilder)
            {
                modelBuilder.HasDefaultSchema("shop").HasAnnotation("ProductVersion", "10.0.0");
                modelBuilder.Entity("Shop.Order", b =>
                    {
                        b.Property<long>("Id").ValueGeneratedOnAdd().HasColumnType("bigint");
                        NpgsqlPropertyBuilderExtensions.UseIdentityByDefaultColumn(b.Property<long>("Id"));
                        b.Property<string>("Note").HasDefaultValue("a; \"b\" }").ValueGeneratedOnAdd().HasColumnName("note");
                        b.Property<decimal>("Total").HasComputedColumnSql("1 + 1", true);
                        b.Property<uint>("Version").IsRowVersion().HasColumnType("xid").HasColumnName("xmin");
                        b.ComplexProperty(typeof(Dictionary<string, object>), "Size", "Shop.Order.Size#Size", b1 =>
                            {
                                b1.Property<int>("Width");
                            });
                        b.HasKey("Id");
                        b.HasIndex("Note").IsUnique();
                        b.ToTable("Orders", (string)null, t => { t.HasCheckConstraint("c", "\"Id\" > 0"); });
                    });
                modelBuilder.Entity("Shop.Person", b =>
                    {
                        b.Property<int>("Id");
                        b.Property<string>("Discriminator").IsRequired();
                        b.HasKey("Id");
                        b.ToTable("People");
                        b.HasDiscriminator<string>("Discriminator").HasValue("Person");
                    });
                modelBuilder.Entity("Shop.Boss", b =>
                    {
                        b.HasBaseType("Shop.Person");
                        b.Property<int>("Level");
                        b.HasDiscriminator().HasValue("Boss");
                    });
                modelBuilder.Entity("Shop.Sum", b =>
                    {
                        b.Property<int>("N");
                        b.ToTable((string)null);
                        b.ToView("sums", "report");
                    });
                modelBuilder.Entity("Shop.Order", b =>
                    {
                        b.OwnsOne("Shop.Address", "Address", b1 =>
                            {
                                b1.Property<long>("OrderId");
                                b1.Property<string>("City");
                                b1.HasKey("OrderId");
                                b1.ToTable("Orders");
                                b1.WithOwner().HasForeignKey("OrderId");
                            });
                        b.OwnsMany("Shop.Line", "Lines", b1 =>
                            {
                                b1.Property<int>("N");
                                b1.ToJson("lines");
                            });
                    });
            }
        }
        """;

    [Test]
    public void Of_Prisma_select_every_field_and_write_what_the_client_writes() => Assert.That(
        PrismaModel.Read([Prisma], "public").SelectMany(ModelShapes.From),
        Is.EqualTo(new[]
        {
            """SELECT "id", "e_mail", "name", "role", "tags", "updatedAt", "bossId" FROM "public"."users" WHERE "id" = $1""",
            """INSERT INTO "public"."users" ("id", "e_mail", "name", "role", "tags", "updatedAt", "bossId") VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            """INSERT INTO "public"."users" ("e_mail", "role", "tags", "updatedAt") VALUES ($1, $2, $3, $4)""",
            """
            UPDATE "public"."users" SET "e_mail" = $1, "name" = $2, "role" = $3, "tags" = $4, "updatedAt" = $5, "bossId" = $6 WHERE "id" = $7
            """,
            """DELETE FROM "public"."users" WHERE "id" = $1""",
            """SELECT "userId", "slug" FROM "blog"."Post" WHERE "userId" = $1 AND "slug" = $2""",
            """INSERT INTO "blog"."Post" ("userId", "slug") VALUES ($1, $2)""",
            """DELETE FROM "blog"."Post" WHERE "userId" = $1 AND "slug" = $2""",
            """SELECT "id" FROM "public"."Group" WHERE "id" = $1""",
            """INSERT INTO "public"."Group" ("id") VALUES ($1)""",
            """DELETE FROM "public"."Group" WHERE "id" = $1""",
            """SELECT "n" FROM "public"."Totals" WHERE "n" = $1""",
            """SELECT "A", "B" FROM "public"."_GroupToUser" WHERE "A" = $1 AND "B" = $2""",
            """INSERT INTO "public"."_GroupToUser" ("A", "B") VALUES ($1, $2)""",
            """DELETE FROM "public"."_GroupToUser" WHERE "A" = $1 AND "B" = $2""",
        }));

    [Test]
    public void Of_EF_Core_have_owned_derived_and_computed_columns() => Assert.That(
        EfCoreModel.Read(EfCore).SelectMany(ModelShapes.From),
        Is.EqualTo(new[]
        {
            """
            SELECT "Id", "note", "Total", "xmin", "Size_Width", "Address_City", "lines" FROM "shop"."Orders" WHERE "Id" = $1
            """,
            """INSERT INTO "shop"."Orders" ("Id", "note", "Size_Width", "Address_City", "lines") VALUES ($1, $2, $3, $4, $5)""",
            """INSERT INTO "shop"."Orders" ("Size_Width", "Address_City", "lines") VALUES ($1, $2, $3)""",
            """
            UPDATE "shop"."Orders" SET "note" = $1, "Size_Width" = $2, "Address_City" = $3, "lines" = $4 WHERE "Id" = $5
            """,
            """DELETE FROM "shop"."Orders" WHERE "Id" = $1""",
            """SELECT "Id", "Discriminator", "Level" FROM "shop"."People" WHERE "Id" = $1""",
            """INSERT INTO "shop"."People" ("Id", "Discriminator", "Level") VALUES ($1, $2, $3)""",
            """INSERT INTO "shop"."People" ("Id", "Discriminator") VALUES ($1, $2)""",
            """UPDATE "shop"."People" SET "Discriminator" = $1, "Level" = $2 WHERE "Id" = $3""",
            """DELETE FROM "shop"."People" WHERE "Id" = $1""",
            """SELECT "N" FROM "report"."sums" """.TrimEnd(),
        }));

    const string Drizzle7 = """
        { "version": "7", "tables": { "public.users": { "name": "users", "schema": "", "columns": {
          "id": { "name": "id", "type": "serial", "primaryKey": true, "notNull": true },
          "mail": { "name": "mail", "type": "text", "primaryKey": false, "notNull": true },
          "sum": { "name": "sum", "type": "int", "primaryKey": false, "notNull": false, "generated": { "as": "1", "type": "stored" } }
        }, "compositePrimaryKeys": {} } } }
        """;

    const string Drizzle8 = """
        { "version": "8", "ddl": [
          { "entityType": "tables", "schema": "public", "name": "users" },
          { "entityType": "columns", "schema": "public", "table": "users", "name": "id", "type": "serial", "notNull": true, "default": null,
            "generated": null, "identity": null },
          { "entityType": "columns", "schema": "public", "table": "users", "name": "mail", "type": "text", "notNull": true, "default": null,
            "generated": null, "identity": null },
          { "entityType": "columns", "schema": "public", "table": "users", "name": "sum", "type": "int", "notNull": false,
            "generated": { "as": "1", "type": "stored" }, "identity": null },
          { "entityType": "pks", "schema": "public", "table": "users", "columns": ["id"], "name": "users_pkey" } ] }
        """;

    [TestCase(Drizzle7)]
    [TestCase(Drizzle8)]
    public void Of_Drizzle_write_DEFAULT_for_what_they_leave_out(string json) => Assert.That(
        DrizzleModel.Read(json).SelectMany(ModelShapes.From),
        Is.EqualTo(new[]
        {
            """SELECT "id", "mail", "sum" FROM "users" WHERE "id" = $1""",
            """INSERT INTO "users" ("id", "mail") VALUES ($1, $2)""",
            """INSERT INTO "users" ("id", "mail") VALUES (DEFAULT, $1)""",
            """UPDATE "users" SET "mail" = $1 WHERE "id" = $2""",
            """DELETE FROM "users" WHERE "id" = $1""",
        }));

    [TestCase("-- name: Get :one\nSELECT id::int FROM t WHERE a = @a AND b = @b AND c = @a",
        "SELECT id::int FROM t WHERE a = $1 AND b = $2 AND c = $1")]
    [TestCase("/* @name Get */ SELECT 1 WHERE x = :x! AND y = :y;", "SELECT 1 WHERE x = $1 AND y = $2")]
    [TestCase("-- name: Get :one\nSELECT sqlc.embed(t) FROM t WHERE a = sqlc.narg('a') OR tags @> $1", null)]
    [TestCase("-- name: Get :one\nSELECT ':x @y' FROM t WHERE tags @> '{}' AND id = $1",
        "SELECT ':x @y' FROM t WHERE tags @> '{}' AND id = $1")]
    public void Of_named_queries_have_numbered_parameters(string text, string? expected)
    {
        Assert.That(NamedQueries.AreIn(text));
        Assert.That(NamedQueries.Read(text)!.Single(), expected is null ? Does.Contain("t.*") : Is.EqualTo(expected));
    }

    [Test]
    public void Say_what_they_hold_and_what_not()
    {
        var queries = DeployedModel.Read(
            new Dictionary<string, string> { ["prisma/schema.prisma"] = Prisma, ["meta/0001_snapshot.json"] = "{" },
            "1a2b3c4d", "app", "public");

        Assert.That(queries.Source, Is.EqualTo("schema.prisma of commit 1a2b3c4d"));
        Assert.That(queries.Queries, Has.Count.EqualTo(15).And.All.Property("Role").EqualTo("app"));
        Assert.That(queries.Notes, Has.Some.StartsWith("filters, joins and raw SQL of the application: ")
            .And.Some.EqualTo("meta/0001_snapshot.json of commit 1a2b3c4d: it cannot be read"));
        Assert.That(
            DeployedModel.Read(new Dictionary<string, string>(), "1a2b3c4d", "app", "public").Notes.Single(),
            Does.Contain("no schema.prisma"));
    }

    [Test]
    public void Are_read_from_the_newest_snapshot_and_from_no_dependency() => Assert.That(
        DeployedModel.Candidates(
        [
            "drizzle/meta/0000_snapshot.json", "drizzle/meta/0010_snapshot.json", "drizzle/meta/0009_snapshot.json",
            "node_modules/x/schema.prisma", "prisma/schema.prisma", "db/migrations/1.sql", "db/queries/users.sql",
            "Data/Migrations/ShopContextModelSnapshot.cs",
        ]),
        Is.EqualTo(new[]
        {
            "prisma/schema.prisma", "Data/Migrations/ShopContextModelSnapshot.cs", "drizzle/meta/0010_snapshot.json",
            "db/queries/users.sql",
        }));

    [Test]
    public async Task Are_those_of_the_commit_whatever_the_work_tree_holds()
    {
        using var project = new GatedProject().With("app/schema.prisma", "old").With("app/ü b.txt", "ü\n").With("other.txt", "x");
        var commit = await CommitAsync(project.Root);
        project.With("app/schema.prisma", "new").With(".gitattributes", "* export-ignore\n");

        var (files, unknown) = await GitCommit.OpenAsync(Path.Combine(project.Root, "app"), commit, default);
        Assert.That(unknown, Is.Null);
        Assert.That(files!.Names, Is.EquivalentTo(new[] { "schema.prisma", "ü b.txt" }));
        Assert.That(
            await files.ReadAsync(["missing", "schema.prisma", "ü b.txt"], default),
            Is.EquivalentTo(new Dictionary<string, string> { ["schema.prisma"] = "old", ["ü b.txt"] = "ü\n" }));
        Assert.That((await GitCommit.OpenAsync(project.Root, new string('0', 40), default)).Unknown, Does.Contain("fetch --unshallow"));
        Assert.That((await GitCommit.OpenAsync(project.Root, "--help", default)).Unknown, Does.Contain("not the full hash"));
    }

    [Test]
    public void Are_those_of_the_newest_deploy_of_another_commit()
    {
        EvidenceRecord[] log =
        [
            Record("migrate-deploy", "blocked", "production", "e"), Record("migrate-deploy", "passed", "production", "d"),
            Record("plan", "passed", "production", "c"), Record("migrate-deploy", "passed", "staging", "b"),
            Record("migrate-deploy", "passed", "production", "a"),
        ];

        Assert.That(DeployedCommit.Choose(log, "production", "x"), Is.EqualTo("d"));
        Assert.That(DeployedCommit.Choose(log, "production", "d"), Is.EqualTo("a"));
        Assert.That(DeployedCommit.Choose(log, "staging", "b"), Is.EqualTo("b"));
        Assert.That(DeployedCommit.Choose(log, "preview", "b"), Is.Null);
    }

    static EvidenceRecord Record(string kind, string outcome, string environment, string commit) => new()
    {
        At = default,
        Kind = kind,
        Outcome = outcome,
        Environment = environment,
        Commit = commit,
        Actor = "ana",
        Tool = "DbGate",
        Summary = "",
    };

    internal static async Task<string> CommitAsync(string root)
    {
        foreach (var arguments in new string[][]
        {
            ["init", "--quiet"], ["add", "--all"],
            ["-c", "user.name=ana", "-c", "user.email=ana@example.org", "commit", "--quiet", "--message", "work"],
        })
        {
            (await Shell.RunAsync("git", arguments, root)).Succeeded();
        }

        return (await Shell.RunAsync("git", ["rev-parse", "HEAD"], root)).Succeeded().Output.Trim();
    }
}
