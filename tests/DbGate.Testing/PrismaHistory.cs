using System.Globalization;

namespace DbGate.Testing;

/// <summary>
/// A project's history as Prisma writes it, as long as one wants: the same statements, comments and names that <c>prisma migrate dev</c>
/// produces, and what people write into such files by hand. Every call makes the same one.
/// </summary>
public sealed class PrismaHistory
{
    readonly List<(string Name, string Sql)> migrations = [];
    readonly List<Table> tables = [];
    readonly Dictionary<string, List<string>> enums = [];
    int number;

    PrismaHistory()
    {
    }

    /// <summary>The kinds of migrations, in the order in which they come round.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "create_table", "create_enum", "add_column", "seed", "relation", "index", "add_enum_value", "backfill_do", "unique",
        "rename_column", "concurrently",
        "change_type", "default", "required", "many_to_many", "rename_index", "remove_enum_value", "drop_column", "rename_table",
        "function", "drop_index", "rename_key",
    ];

    /// <summary>Makes a history: names and files, in order.</summary>
    public static IReadOnlyList<(string Name, string Sql)> From(int count)
    {
        var history = new PrismaHistory();
        for (var i = 0; i < count; i++)
        {
            var kind = Kinds[i % Kinds.Count];
            history.number = i;
            history.migrations.Add(
                (string.Create(CultureInfo.InvariantCulture, $"{20240101000000 + i:00000000000000}_{kind}"), history.Write(kind)));
        }

        return history.migrations;
    }

    string Write(string kind) => kind switch
    {
        "create_table" => CreateTable(),
        "create_enum" => CreateEnum(),
        "add_column" => $"-- AlterTable\nALTER TABLE {Last} ADD COLUMN     {Add("nick")} TEXT;\n",
        "seed" => $"INSERT INTO {Last} (\"email\", \"updatedAt\") SELECT 'user' || g || '@example.org', CURRENT_TIMESTAMP FROM "
            + "generate_series(1, 5) g;\n",
        "relation" => Relation(),
        "index" => $"-- CreateIndex\nCREATE INDEX {Index("createdAt")} ON {Last}(\"createdAt\");\n",
        "add_enum_value" => AddEnumValue(),
        "backfill_do" => BackfillDo(),
        "unique" => $"-- CreateIndex\nCREATE UNIQUE INDEX {Index("email_id", "key")} ON {Last}(\"email\", \"id\");\n",
        "rename_column" => RenameColumn(),
        "concurrently" => $"-- CreateIndex\nCREATE INDEX CONCURRENTLY {Index("email")} ON {Last}(\"email\");\n",
        "change_type" => $"-- AlterTable\nALTER TABLE {Last} ALTER COLUMN \"score\" SET DATA TYPE BIGINT,\nALTER COLUMN \"email\" SET "
            + "DATA TYPE VARCHAR(320);\n",
        "default" => $"-- AlterTable\nALTER TABLE {Last} ALTER COLUMN \"score\" SET DEFAULT {number};\n",
        "required" => Warning($"Made the column `score` on table `{tables[^1].Name}` required")
            + $"-- AlterTable\nUPDATE {Last} SET \"score\" = 0 WHERE \"score\" IS NULL;\nALTER TABLE {Last} ALTER COLUMN \"score\" SET "
            + "NOT NULL;\n",
        "many_to_many" => ManyToMany(),
        "rename_index" => RenameIndex(),
        "remove_enum_value" => RemoveEnumValue(),
        "drop_column" => DropColumn(),
        "rename_table" => RenameTable(),
        "function" => $"CREATE OR REPLACE FUNCTION touch_{number}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.\"updatedAt\" := "
            + $"now();\n  RETURN NEW;\nEND;\n$$;\n\nCREATE TRIGGER touch BEFORE UPDATE ON {Last} FOR EACH ROW EXECUTE FUNCTION "
            + $"touch_{number}();\n",
        "drop_index" => DropIndex(),
        _ => $"-- AlterTable\nALTER TABLE {Last} RENAME CONSTRAINT {Quote(tables[^1].Key)} TO {Quote($"{tables[^1].Key}_renamed")};\n",
    };

    string Last => Quote(tables[^1].Name);

    string CreateTable()
    {
        tables.Add(new Table($"Model{number}"));
        var name = tables[^1].Name;
        return $"""
            -- CreateTable
            CREATE TABLE "{name}" (
                "id" SERIAL NOT NULL,
                "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
                "updatedAt" TIMESTAMP(3) NOT NULL,
                "email" TEXT NOT NULL,
                "score" INTEGER,
                "tags" TEXT[],
                "meta" JSONB DEFAULT '{"{}"}',
                "price" DECIMAL(65,30),

                CONSTRAINT "{name}_pkey" PRIMARY KEY ("id")
            );

            -- CreateIndex
            CREATE UNIQUE INDEX "{name}_email_key" ON "{name}"("email");

            """;
    }

    string CreateEnum()
    {
        var name = $"Role{number}";
        enums[name] = ["USER", "ADMIN", "GUEST"];
        tables[^1].Enum = name;
        return $"""
            -- CreateEnum
            CREATE TYPE "{name}" AS ENUM ('USER', 'ADMIN', 'GUEST');

            -- AlterTable
            ALTER TABLE {Last} ADD COLUMN     "role" "{name}" NOT NULL DEFAULT 'USER';

            """;
    }

    string AddEnumValue()
    {
        enums[tables[^1].Enum!].Add("SUPER");
        return $"-- AlterEnum\nALTER TYPE \"{tables[^1].Enum}\" ADD VALUE 'SUPER';\n";
    }

    string RemoveEnumValue()
    {
        var (name, values) = (tables[^1].Enum!, enums[tables[^1].Enum!]);
        values.Remove("GUEST");
        return $"""
            {Warning(
                $"The values [GUEST] on the enum `{name}` will be removed. If these variants are still used in the database, this will fail.")}-- AlterEnum
            BEGIN;
            CREATE TYPE "{name}_new" AS ENUM ({string.Join(", ", values.Select(value => $"'{value}'"))});
            ALTER TABLE {Last} ALTER COLUMN "role" DROP DEFAULT;
            ALTER TABLE {Last} ALTER COLUMN "role" TYPE "{name}_new" USING ("role"::text::"{name}_new");
            ALTER TYPE "{name}" RENAME TO "{name}_old";
            ALTER TYPE "{name}_new" RENAME TO "{name}";
            DROP TYPE "{name}_old";
            ALTER TABLE {Last} ALTER COLUMN "role" SET DEFAULT 'USER';
            COMMIT;

            """;
    }

    string Relation()
    {
        if (tables.Count < 2)
        {
            return "-- This is an empty migration.";
        }

        var (parent, constraint) = (Quote(tables[^2].Name), $"{tables[^1].Name}_parentId_fkey");
        var column = Add("parentId");
        return $"""
            -- AlterTable
            ALTER TABLE {Last} ADD COLUMN     {column} INTEGER;

            -- CreateIndex
            CREATE UNIQUE INDEX "parent_id{number}_key" ON {parent}("id");

            -- AddForeignKey
            ALTER TABLE {Last} ADD CONSTRAINT "{constraint}" FOREIGN KEY ({column}) REFERENCES {parent}("id") ON DELETE SET NULL ON UPDATE CASCADE;

            """;
    }

    string ManyToMany()
    {
        var name = $"_Links{number}";
        return $"""
            -- CreateTable
            CREATE TABLE "{name}" (
                "A" INTEGER NOT NULL,
                "B" TEXT NOT NULL,

                CONSTRAINT "{name}_AB_pkey" PRIMARY KEY ("A","B")
            );

            -- CreateIndex
            CREATE INDEX "{name}_B_index" ON "{name}"("B");

            -- AddForeignKey
            ALTER TABLE "{name}" ADD CONSTRAINT "{name}_A_fkey" FOREIGN KEY ("A") REFERENCES {Last}("id") ON DELETE CASCADE ON UPDATE CASCADE;

            """;
    }

    string BackfillDo() => $"""
        -- Backfill; semicolons, quotes and dollars inside.
        DO $$
        DECLARE
            r RECORD;
        BEGIN
            FOR r IN SELECT "id" FROM {Last} LOOP
                UPDATE {Last} SET "score" = r."id" * 2, "meta" = jsonb_build_object('note', 'it''s; "done"', 'cost', '$') WHERE "id" = r."id";
            END LOOP;
            IF NOT EXISTS (SELECT 1 FROM {Last} WHERE "score" > 0) THEN
                RAISE NOTICE 'nothing; to do';
            END IF;
        END
        $$;

        """;

    string RenameColumn()
    {
        var old = tables[^1].Columns[^1];
        tables[^1].Columns[^1] = $"{old}New";
        return $"-- Renamed by hand, so that nothing is lost\nALTER TABLE {Last} RENAME COLUMN \"{old}\" TO \"{old}New\";\n";
    }

    string DropColumn()
    {
        var column = tables[^1].Columns[^1];
        tables[^1].Columns.RemoveAt(tables[^1].Columns.Count - 1);
        return Warning(
            $"You are about to drop the column `{column}` on the `{tables[^1].Name}` table. All the data in the column will be lost.")
            + $"-- AlterTable\nALTER TABLE {Last} DROP COLUMN \"{column}\";\n";
    }

    string RenameIndex()
    {
        var old = tables[^1].Indexes[0];
        tables[^1].Indexes[0] = $"{old}_renamed";
        return $"-- RenameIndex\nALTER INDEX {Quote(old)} RENAME TO {Quote($"{old}_renamed")};\n";
    }

    string DropIndex()
    {
        var old = tables[^1].Indexes[0];
        tables[^1].Indexes.RemoveAt(0);
        return $"-- DropIndex\nDROP INDEX {Quote(old)};\n";
    }

    string RenameTable()
    {
        var old = tables[^1].Name;
        tables[^1].Name = $"{old} é \"x\"";
        return $"-- AlterTable\nALTER TABLE {Quote(old)} RENAME TO {Last};\n";
    }

    string Add(string column)
    {
        tables[^1].Columns.Add(column);
        return Quote(column);
    }

    string Index(string columns, string kind = "idx")
    {
        tables[^1].Indexes.Add($"{tables[^1].Name}_{columns}_{kind}{number}");
        return Quote(tables[^1].Indexes[^1]);
    }

    static string Warning(string text) => $"/*\n  Warnings:\n\n  - {text}\n\n*/\n";

    static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    sealed class Table(string name)
    {
        public string Name { get; set; } = name;

        public string Key { get; } = $"{name}_pkey";

        public string? Enum { get; set; }

        public List<string> Columns { get; } = [];

        public List<string> Indexes { get; } = [];
    }
}
