using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Compatibility;

/// <summary>A schema as one role sees it.</summary>
/// <param name="Schema">Tables, rules and types.</param>
/// <param name="Security">What row security hides from the role.</param>
sealed record SchemaView(SchemaFacts Schema, RoleSecurity Security);

/// <summary>Decides what a schema change does to a query, from what the server stated before and after it. Pure.</summary>
static class ShapeComparison
{
    const string ReadOnlyRows = "25006";

    // What Npgsql, JDBC and their like convert when they read a column.
    static readonly uint[][] Families = [[20, 21, 23, 1700], [1082, 1114, 1184], [700, 701]];
    const string Partitioning = "partitioning";
    const uint Numeric = 1700;

    // Fractions of a second are rounded.
    static readonly uint[] Times = [1083, 1114, 1184, 1186, 1266];
    static readonly uint[] Texts = [19, 25, 114, 1042, 1043, 3802];

    /// <summary>Every effect, the heaviest first.</summary>
    public static IReadOnlyList<ShapeEffect> Compare(ShapeState before, ShapeState after, SchemaView old, SchemaView now)
    {
        if (after.Error is { } error)
        {
            return error.SqlState == ReadOnlyRows ? [] : [new(BreakWeight.Fails, after.FailsWithTypes
                ? $"{error.Message} (the driver sends its parameters with their types: {Types(before, old.Schema)})"
                : error.Message)];
        }

        return
        [
            .. Results(before, after, old.Schema, now.Schema)
                .Concat(Security(before, after, old.Security, now.Security))
                .Concat(Writes(before, after, old.Schema, now.Schema))
                .Concat(Functions(before, old, now))
                .Concat(Labels(before, old.Schema, now.Schema))
                .Concat(NewLabels(before, old.Schema, now.Schema))
                .Concat(Definitions(before, old.Schema, now.Schema))
                .Concat(Indexes(before, after, old.Schema, now.Schema))
                .Distinct()
                .OrderBy(effect => effect.Weight),
        ];
    }

    static string Types(ShapeState before, SchemaFacts schema) => string.Join(", ", before.Parameters.Select(schema.TypeName).Distinct());

    /// <summary>A reader finds columns by name or by place, and reads them as the type that they had.</summary>
    static IEnumerable<ShapeEffect> Results(ShapeState before, ShapeState after, SchemaFacts old, SchemaFacts now)
    {
        if (before.Results.SequenceEqual(after.Results))
        {
            yield break;
        }

        yield return new(BreakWeight.FailsOnce, "cached plan must not change result type");
        var left = after.Results.ToList();
        foreach (var column in before.Results)
        {
            if (left.Find(one => one.Name == column.Name) is not { } same)
            {
                yield return new(BreakWeight.Fails, $"the result has no column \"{column.Name}\" any more");
                continue;
            }

            left.Remove(same);
            if (column.Type != same.Type && !AreBothText(column.Type, same.Type, old, now))
            {
                yield return new(
                    Families.Any(family => family.Contains(column.Type) && family.Contains(same.Type))
                        ? BreakWeight.MayFail : BreakWeight.Fails,
                    $"the result's column \"{column.Name}\" is {now.TypeName(same.Type)}, and was {old.TypeName(column.Type)}");
            }
        }
    }

    static bool AreBothText(uint before, uint after, SchemaFacts old, SchemaFacts now) =>
        (Texts.Contains(before) || old.Labels.ContainsKey(before)) && (Texts.Contains(after) || now.Labels.ContainsKey(after));

    /// <summary>Without a policy that permits the command a query finds no rows, and an INSERT fails.</summary>
    static IEnumerable<ShapeEffect> Security(ShapeState before, ShapeState after, RoleSecurity old, RoleSecurity now)
    {
        foreach (var write in after.Plan.Writes)
        {
            var command = write.Operation switch { "Insert" => 'a', "Update" => 'w', "Delete" => 'd', _ => ' ' };
            if (command != ' ' && now.Denies(write.Table, command) && !old.Denies(write.Table, command))
            {
                yield return new(BreakWeight.Fails, command == 'a'
                    ? $"row security of {write.Table} refuses every new row: no policy permits INSERT to this role"
                    : $"row security of {write.Table} hides every row: no policy permits {write.Operation.ToUpperInvariant()} to this "
                        + "role");
            }
        }

        // The planner leaves a table out of which no row may be seen; one that a view reads with its owner's rights stays.
        foreach (var table in before.Plan.Tables.Where(table => !after.Plan.Tables.Contains(table)))
        {
            if (now.Denies(table, 'r') && !old.Denies(table, 'r'))
            {
                yield return new(BreakWeight.Fails, $"row security of {table} hides every row: no policy permits SELECT to this role");
            }
        }

        foreach (var table in after.Plan.Tables.Where(table => now.Active.Contains(table) && !old.Active.Contains(table)))
        {
            yield return new(BreakWeight.MayFail, $"row security of {table} is on: policies decide which rows this role finds and writes");
        }

        foreach (var table in after.Plan.Tables.Where(table => now.Active.Contains(table) && old.Active.Contains(table)))
        {
            if (!now.Policies.Where(one => one.Table == table).ToHashSet().SetEquals(old.Policies.Where(one => one.Table == table)))
            {
                yield return new(BreakWeight.MayFail, $"the policies of {table} decide otherwise which rows this role finds and writes");
            }
        }
    }

    /// <summary>No plan shows what functions do. One that names what is gone, or what the role may not use any more, can fail.</summary>
    static IEnumerable<ShapeEffect> Functions(ShapeState before, SchemaView old, SchemaView now)
    {
        var called = ShapeText.Names(before.Text);
        var written = before.Plan.Writes.Select(write => write.Table).ToHashSet();
        foreach (var function in now.Schema.Functions
            .Where(one => called.Contains(one.Name) || one.Triggered.Any(written.Contains)))
        {
            var body = ShapeText.Names(function.Body);
            if (Gone(old.Schema, now.Schema).FirstOrDefault(body.Contains) is { } name)
            {
                yield return new(BreakWeight.MayFail, $"the function {function.Name} names {name}, which is not there any more");
            }

            if (old.Security.Granted.Except(now.Security.Granted)
                .FirstOrDefault(lost => body.Contains(Bare(lost.Table)))
                is { Table: { } table, Privilege: var right })
            {
                yield return new(BreakWeight.MayFail, $"the function {function.Name} names {table}, and the role lost {right} on it");
            }
        }
    }

    /// <summary>Names of tables and columns that were there before and are nowhere now.</summary>
    static IEnumerable<string> Gone(SchemaFacts old, SchemaFacts now) => Names(old).Except(Names(now)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Names(SchemaFacts schema) =>
        schema.Tables.Values.SelectMany(table => table.Columns.Values.Select(column => column.Name).Append(Bare(table.Name))).Distinct();

    static string Bare(string table) => table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..];

    static IEnumerable<ShapeEffect> Writes(ShapeState before, ShapeState after, SchemaFacts old, SchemaFacts now)
    {
        foreach (var write in after.Plan.Writes)
        {
            if (now.Tables.GetValueOrDefault(write.Table) is not { } table)
            {
                continue;
            }

            var was = old.Tables.Values.FirstOrDefault(one => one.Oid == table.Oid);
            var earlier =
                before.Plan.Writes.FirstOrDefault(one => one.Operation == write.Operation && one.Table == (was?.Name ?? write.Table));
            foreach (var effect in write.Operation == "Insert"
                ? Inserts(write, earlier, table, was, after.DeniedSequences, before.DeniedSequences)
                : [])
            {
                yield return effect;
            }

            foreach (var effect in Values(write, table, was, Written(write, table, before.Text), old))
            {
                yield return effect;
            }
        }

        // A new foreign key also guards the rows that it refers to.
        foreach (var write in after.Plan.Writes.Where(write => write.Operation is "Delete" or "Update"))
        {
            foreach (var (table, rule) in now.Tables.Values.SelectMany(table => table.Rules.Select(rule => (table, rule)))
                .Where(one => one.rule.Kind == "foreign key" && one.rule.Referenced == write.Table))
            {
                if (write.Operation == "Delete" && IsNew(rule, old.Tables.Values.FirstOrDefault(one => one.Oid == table.Oid)))
                {
                    yield return new(BreakWeight.MayFail, $"the new foreign key {rule.Name} of {table.Name} keeps rows of {write.Table}");
                }
            }
        }
    }

    /// <summary>Columns that the old release does not know, or leaves out.</summary>
    static IEnumerable<ShapeEffect> Inserts(
        PlannedWrite write, PlannedWrite? earlier, TableFacts table, TableFacts? was, IReadOnlyList<string> denied,
        IReadOnlyList<string> deniedBefore)
    {
        foreach (var column in table.Columns.Values.Where(column => column.Number <= write.Values.Count && !column.IsGenerated))
        {
            var value = write.Values[column.Number - 1];
            var old = was?.Columns.GetValueOrDefault(column.Number);
            var failedBefore = old?.NotNull == true && IsNull(earlier, column.Number);
            if (IsNull(write, column.Number) && column.NotNull && !failedBefore)
            {
                yield return new(
                    table.HasRowTriggers ? BreakWeight.MayFail : BreakWeight.Fails,
                    $"null value in column \"{column.Name}\" of {table.Name}: this INSERT does not set it, and it has no default"
                        + (table.HasRowTriggers ? "; a trigger may fill it in" : ""));
            }
            else if (!column.IsIdentity && denied.Contains(value) && !deniedBefore.Contains(value))
            {
                yield return new(BreakWeight.Fails, $"permission denied for the sequence of column \"{column.Name}\" of {table.Name}");
            }
            else if (old is not null && old.Default != column.Default && !IsNull(write, column.Number)
                && (value == column.Default || earlier?.Values.ElementAtOrDefault(column.Number - 1) is { } then && then != value))
            {
                yield return new(BreakWeight.Differs, $"the default of column \"{column.Name}\" of {table.Name} is another one");
            }
        }
    }

    /// <summary>What the values of the old release can break.</summary>
    static IEnumerable<ShapeEffect> Values(
        PlannedWrite write, TableFacts table, TableFacts? was, IReadOnlySet<string>? written, SchemaFacts old)
    {
        if (write.Operation == "Delete" || was is null)
        {
            yield break;
        }

        foreach (var column in table.Columns.Values.Where(column => written?.Contains(column.Name) != false))
        {
            if (was.Columns.GetValueOrDefault(column.Number) is not { } before)
            {
                continue;
            }

            if (column.NotNull && !before.NotNull && !IsNull(write, column.Number))
            {
                yield return new(BreakWeight.MayFail, $"column \"{column.Name}\" of {table.Name} does not take NULL any more");
            }

            if (IsNarrower(before, column))
            {
                yield return new(
                    BreakWeight.MayFail, $"column \"{column.Name}\" of {table.Name} is {column.TypeText}, and was {before.TypeText}");
            }
        }

        foreach (var rule in table.Rules.Where(rule => IsNew(rule, was)
            && (rule.Kind != "trigger" || rule.Definition.Contains(write.Operation.ToUpperInvariant(), StringComparison.Ordinal))
            && (rule.Columns.Count == 0 || written is null || rule.Columns.Any(written.Contains) || IsForEveryUpdate(write, rule))))
        {
            yield return new(
                BreakWeight.MayFail, $"{(was.Rules.Any(one => one.Name == rule.Name) ? "the changed" : "the new")} {rule.Kind} "
                + $"{rule.Name} of {table.Name} can refuse its rows");
        }
    }

    /// <summary>What a query names and what is no longer defined as it was: a view, a function, a computed column.</summary>
    static IEnumerable<ShapeEffect> Definitions(ShapeState before, SchemaFacts old, SchemaFacts now)
    {
        var called = ShapeText.Names(before.Text);
        foreach (var (view, definition) in old.Views.Where(view => called.Contains(Bare(view.Key))))
        {
            if (now.Views.TryGetValue(view, out var other) && other != definition)
            {
                yield return new(BreakWeight.Differs, $"the view {view} has another definition");
            }
        }

        foreach (var function in old.Functions.Where(one => called.Contains(one.Name)).GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            var bodies = now.Functions.Where(one => one.Name == function.Key).Select(one => one.Body).ToArray();
            if (bodies.Length > 0 && function.Any(one => !bodies.Contains(one.Body)))
            {
                yield return new(BreakWeight.Differs, $"the function {function.Key} has another body");
            }
        }

        foreach (var (table, column) in before.Plan.Tables.Select(table => old.Tables.GetValueOrDefault(table)).OfType<TableFacts>()
            .SelectMany(table => table.Columns.Values.Where(column => column.IsGenerated).Select(column => (table, column))))
        {
            if (now.Tables.Values.FirstOrDefault(one => one.Oid == table.Oid)?.Columns.GetValueOrDefault(column.Number)
                is { IsGenerated: true } computed && computed.Default != column.Default)
            {
                yield return new(BreakWeight.Differs, $"column \"{column.Name}\" of {table.Name} is computed otherwise");
            }
        }
    }

    static IEnumerable<ShapeEffect> Labels(ShapeState before, SchemaFacts old, SchemaFacts now)
    {
        var names = ShapeText.Names(before.Text);

        // A type that the query casts to is in its text only.
        var used = before.Parameters
            .Concat(before.Plan.Writes.SelectMany(write =>
                old.Tables.GetValueOrDefault(write.Table)?.Columns.Values.Select(column => column.Type) ?? []))
            .Concat(old.Labels.Keys.Where(type => names.Contains(Plain(old.TypeName(type)))));
        foreach (var type in used.Distinct().Where(type => old.Labels.ContainsKey(type) && now.Labels.ContainsKey(type)))
        {
            if (old.Labels[type].Except(now.Labels[type], StringComparer.Ordinal).ToArray() is [_, ..] gone)
            {
                yield return new(BreakWeight.MayFail, $"{old.TypeName(type)} does not have {string.Join(", ", gone)} any more");
            }
        }
    }

    /// <summary>A reader that knows the labels fails when a row of the new release has one that it does not know.</summary>
    static IEnumerable<ShapeEffect> NewLabels(ShapeState before, SchemaFacts old, SchemaFacts now)
    {
        // A query may return a label as text.
        var names = ShapeText.Names(before.Text);
        var shown = before.Plan.Tables.SelectMany(table => old.Tables.GetValueOrDefault(table)?.Columns.Values ?? [])
            .Where(column => names.Contains(column.Name) && before.Results.Any(result => result.Name == column.Name))
            .Select(column => column.Type);
        foreach (var type in before.Results.Select(column => column.Type).Concat(shown).Distinct()
            .Where(type => old.Labels.ContainsKey(type) && now.Labels.ContainsKey(type)))
        {
            if (now.Labels[type].Except(old.Labels[type], StringComparer.Ordinal).ToArray() is [_, ..] added)
            {
                yield return new(
                    BreakWeight.MayFail,
                    $"{old.TypeName(type)} has the new label {string.Join(", ", added)}: a reader that knows the labels fails when a "
                        + "row has it");
            }
        }
    }

    /// <summary>The planner prefers indexes here: what it reads from end to end now and did not before has lost its index.</summary>
    static IEnumerable<ShapeEffect> Indexes(ShapeState before, ShapeState after, SchemaFacts old, SchemaFacts now)
    {
        foreach (var table in after.Plan.Scanned)
        {
            var name = now.Tables.GetValueOrDefault(table) is { } facts
                ? old.Tables.Values.FirstOrDefault(one => one.Oid == facts.Oid)?.Name ?? table
                : table;
            if (before.Plan.Tables.Contains(name) && !before.Plan.Scanned.Contains(name))
            {
                yield return new(BreakWeight.Slower, $"no index of {table} serves it any more: the table is read from end to end")
                {
                    Remedy = before.Plan.Indexes.Select(index => old.Indexes.GetValueOrDefault(index))
                        .FirstOrDefault(index => index?.Table == name)?.Statement,
                };
            }
        }
    }

    /// <summary>The bare name of a type.</summary>
    static string Plain(string type) => type[(type.LastIndexOf('.') + 1)..].Trim('"');

    static bool IsNull(PlannedWrite? write, int number) =>
        write?.Values.ElementAtOrDefault(number - 1)?.StartsWith("NULL::", StringComparison.Ordinal) == true;

    static bool IsNew(RowRule rule, TableFacts? was) => was is not null && !was.Rules.Any(one => one.Kind == rule.Kind
        && (one.Definition == rule.Definition || (rule.Kind == Partitioning && !LosesPartition(one, rule))));

    /// <summary>A row that is there can break a check that is not validated: each UPDATE of it is checked, whatever it sets.</summary>
    static bool IsForEveryUpdate(PlannedWrite write, RowRule rule) => write.Operation is "Update" or "Merge" && rule.Kind == "check"
        && rule.Definition.EndsWith(" NOT VALID", StringComparison.Ordinal);

    /// <summary>Rows of a partition that is gone have no place any more; one that is new takes nothing away.</summary>
    static bool LosesPartition(RowRule before, RowRule after) =>
        before.Definition.Split('\n').Except(after.Definition.Split('\n'), StringComparer.Ordinal).Any();

    /// <summary>The columns that a write sets to a value of its own; null when that is not known.</summary>
    static IReadOnlySet<string>? Written(PlannedWrite write, TableFacts table, string text) => write.Operation switch
    {
        "Insert" => table.Columns.Values
            .Where(column => column.Number > write.Values.Count
                || (!IsNull(write, column.Number) && write.Values[column.Number - 1] != column.Default))
            .Select(column => column.Name).ToHashSet(),
        "Update" => StatementParser.Parse(text) switch
        {
            Update update => update.Columns.ToHashSet(),
            _ => null,
        },
        _ => null,
    };

    /// <summary>Digits before the point. What is behind it is rounded and fits.</summary>
    static int WholeDigits(int modifier) => (((modifier - 4) >> 16) & 0xffff) - (((modifier - 4) & 0x7ff) ^ 1024) + 1024;

    /// <summary>True when a value that fitted before may not fit now.</summary>
    static bool IsNarrower(ColumnFacts before, ColumnFacts after)
    {
        uint[][] wider = [[21, 23, 20, 1700], [1043, 25], [1042, 1043, 25], [700, 701]];
        if (before.Type == after.Type)
        {
            if (after.Type == Numeric)
            {
                return after.Modifier != -1 && (before.Modifier == -1 || WholeDigits(after.Modifier) < WholeDigits(before.Modifier));
            }

            return !Times.Contains(after.Type) && after.Modifier != -1 && (before.Modifier == -1 || after.Modifier < before.Modifier);
        }

        return !wider.Any(order => Array.IndexOf(order, before.Type) is >= 0 and var from && Array.IndexOf(order, after.Type) > from
            && after.Modifier == -1);
    }
}
