using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Compatibility;

/// <summary>
/// Tests the queries of the running release before and after the migrations, on copies of the schema. Where one breaks, the migrations are
/// replayed on a second copy, to name the statement.
/// </summary>
/// <param name="copy">Makes a scratch database with the schema before the migrations.</param>
/// <param name="verify">Looks at the migrated copy: how it differs from what the migrations really give; null when it does not. It finds
/// what only a statement does that the replay leaves out.</param>
sealed class CompatibilityTest(
    Func<CancellationToken, Task<SchemaCopy>> copy, Func<Session, CancellationToken, Task<string?>>? verify = null)
{
    // Testing after each migration finds what only the later migrations of a release put right again.
    const int MostTestsBetween = 20_000;

    static readonly string[] OfSystem = ["pg_catalog.", "information_schema.", "pg_toast.", "dbgate."];

    /// <summary>Tests.</summary>
    public async Task<CompatibilityReport> RunAsync(
        QueryCollection queries, IReadOnlyList<PendingMigration> pending, CancellationToken cancellationToken)
    {
        var untested = new List<(string Why, RunningQuery Query)>();
        var single = new List<(RunningQuery Query, string Text)>();
        foreach (var query in queries.Queries)
        {
            if (ShapeTester.Single(query.Text) is not { } text)
            {
                untested.Add(("the text is not one whole statement", query));
            }
            else if (ShapeTester.HasPlan(text))
            {
                single.Add((query, text));
            }
            else if (IsOfInterest(text))
            {
                untested.Add(("utility statements have no plan", query));
            }
        }

        var first = await copy(cancellationToken);
        await using var admin = await Session.OpenAsync(first.Admin, null, cancellationToken);
        var (before, old) = await BeforeAsync(first, admin, single, untested, cancellationToken);
        var (breaks, stop) = before.Count == 0 ? ([], null) : await AfterAsync(first, admin, before, old, pending, cancellationToken);
        if (breaks.Any(one => one.Value.Count > 0))
        {
            breaks = await PlaceAsync(breaks, old, pending, cancellationToken);
        }

        return new(
            queries.Source,
            queries.Since,
            before.Count,
            before.Sum(one => one.Query.Calls),
            [
                .. breaks.Where(one => one.Value.Count > 0)
                    .Select(one => Worst(one.Key.Query, one.Value))
                    .OrderBy(one => one.Weight)
                    .ThenByDescending(one => one.Calls)
                    .ThenBy(one => one.Hash, StringComparer.Ordinal),
            ],
            [.. untested.GroupBy(one => one.Why).Select(one => new UntestedShapes(one.Key, one.Count(), one.Sum(each => each.Query.Calls)))
                .OrderByDescending(one => one.Shapes)],
            queries.Notes)
        {
            Stop = stop,
            Uses = [.. before.Select(one => ShapeUse.From(one.Query.Calls, one.Before.Plan))],
        };
    }

    static async Task<(List<TestedShape> Before, Views Old)> BeforeAsync(
        SchemaCopy database, Session admin, List<(RunningQuery Query, string Text)> queries, List<(string, RunningQuery)> untested,
        CancellationToken cancellationToken)
    {
        var views = new Views(await SchemaFacts.ReadAsync(admin, cancellationToken), []);
        var before = new List<TestedShape>();
        var functions = views.Schema.Functions.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var role in queries.GroupBy(one => one.Query.Role, StringComparer.Ordinal))
        {
            if (database.RoleUrl(role.Key) is not { } url)
            {
                untested.AddRange(role.Select(one => ($"the role {role.Key} does not exist any more", one.Query)));
                continue;
            }

            await using var session = await Session.OpenAsync(url, null, cancellationToken);
            var tester = new ShapeTester(session);
            await tester.BeginAsync(cancellationToken);
            views.Security[role.Key] = await tester.ReadSecurityAsync(cancellationToken);
            foreach (var (query, text) in role)
            {
                var state = await tester.TestAsync(text, cancellationToken);
                if (state.Error is { } error)
                {
                    untested.Add((Why(error), query));
                }
                else if (!IsOfSystem(state, functions))
                {
                    before.Add(new(query, state));
                }
            }
        }

        return (before, views);
    }

    async Task<(Dictionary<TestedShape, IReadOnlyList<PlacedEffect>> Breaks, ReplayStop? Stop)> AfterAsync(
        SchemaCopy database, Session admin, List<TestedShape> before, Views old, IReadOnlyList<PendingMigration> pending,
        CancellationToken cancellationToken)
    {
        var breaks = before.ToDictionary(shape => shape, _ => (IReadOnlyList<PlacedEffect>)[]);
        var isBetween = before.Count * pending.Count <= MostTestsBetween;
        await using var deploy = await database.OpenDeploy(cancellationToken);
        var replay = new MigrationReplay(deploy, database.Schema);
        foreach (var (index, migration) in pending.Index())
        {
            var stop = await replay.RunAsync(migration, null, cancellationToken);
            if (stop is null && !isBetween && index < pending.Count - 1)
            {
                continue;
            }

            var place = new BreakPlace(migration.Name, null, new(migration.Script.File));
            foreach (var (shape, effects) in await CompareAsync(database, admin, before, old, cancellationToken))
            {
                breaks[shape] = [.. breaks[shape], .. effects.Except(breaks[shape].Select(one => one.Effect))
                    .Select(effect => new PlacedEffect(effect, place))];
            }

            if (stop is not null)
            {
                return (breaks, stop);
            }
        }

        return verify is not null && pending is [.., var last] && await verify(admin, cancellationToken) is { } difference
            ? (breaks, new ReplayStop(new(last.Name, null, new(last.Script.File)), difference))
            : (breaks, null);
    }

    /// <summary>One query for each different effect is enough to find the statement.</summary>
    async Task<Dictionary<TestedShape, IReadOnlyList<PlacedEffect>>> PlaceAsync(
        Dictionary<TestedShape, IReadOnlyList<PlacedEffect>> breaks, Views old, IReadOnlyList<PendingMigration> pending,
        CancellationToken cancellationToken)
    {
        var database = await copy(cancellationToken);
        await using var admin = await Session.OpenAsync(database.Admin, null, cancellationToken);
        var missing = breaks.SelectMany(one => one.Value.Select(placed => (Shape: one.Key, placed.Effect)))
            .DistinctBy(one => (one.Effect, one.Shape.Query.Role))
            .ToDictionary(one => (one.Effect, one.Shape.Query.Role), one => one.Shape);
        var places = new Dictionary<(ShapeEffect, string), BreakPlace>();
        var similar = new Dictionary<(ShapeEffect, string), BreakPlace>();
        await using var deploy = await database.OpenDeploy(cancellationToken);
        var replay = new MigrationReplay(deploy, database.Schema);
        foreach (var migration in pending.TakeWhile(_ => missing.Count > 0))
        {
            var stop = await replay.RunAsync(
                migration,
                async place =>
                {
                    var found = await CompareAsync(database, admin, [.. missing.Values.Distinct()], old, cancellationToken);
                    foreach (var (key, shape) in missing.ToArray())
                    {
                        if (!found.TryGetValue(shape, out var effects) || !effects.Any(one => one.Weight == key.Effect.Weight))
                        {
                            similar.Remove(key);
                            continue;
                        }

                        // A later statement can change the message: the table goes after its column.
                        _ = similar.TryAdd(key, place);
                        if (effects.Contains(key.Effect))
                        {
                            places[key] = similar[key];
                            missing.Remove(key);
                        }
                    }
                },
                cancellationToken);
            if (stop is not null)
            {
                break;
            }
        }

        return breaks.ToDictionary(
            one => one.Key,
            one => (IReadOnlyList<PlacedEffect>)[.. one.Value.Select(placed => placed with
            {
                Place = places.GetValueOrDefault((placed.Effect, one.Key.Query.Role)) ?? placed.Place,
            })]);
    }

    static async Task<Dictionary<TestedShape, IReadOnlyList<ShapeEffect>>> CompareAsync(
        SchemaCopy database, Session admin, IReadOnlyList<TestedShape> shapes, Views old, CancellationToken cancellationToken)
    {
        var schema = await SchemaFacts.ReadAsync(admin, cancellationToken);
        var effects = new Dictionary<TestedShape, IReadOnlyList<ShapeEffect>>();
        foreach (var role in shapes.GroupBy(shape => shape.Query.Role, StringComparer.Ordinal))
        {
            Session session;
            try
            {
                session = await Session.OpenAsync(database.RoleUrl(role.Key)!, null, cancellationToken);
            }
            catch (GateException refused)
            {
                foreach (var shape in role)
                {
                    effects[shape] = [new(BreakWeight.Fails, $"the role {role.Key} can not connect: {refused.Problem.Message}")];
                }

                continue;
            }

            await using (session)
            {
                var tester = new ShapeTester(session);
                await tester.BeginAsync(cancellationToken);
                var now = new SchemaView(schema, await tester.ReadSecurityAsync(cancellationToken));
                var then = new SchemaView(old.Schema, old.Security[role.Key]);
                foreach (var shape in role)
                {
                    var after = await tester.TestAgainAsync(shape.Before, cancellationToken);
                    effects[shape] = ShapeComparison.Compare(shape.Before, after, then, now);
                }
            }
        }

        return effects;
    }

    static ShapeBreak Worst(RunningQuery query, IReadOnlyList<PlacedEffect> effects)
    {
        var worst = effects.MinBy(one => one.Effect.Weight)!;
        return new(query.Hash, query.Shape, query.Role, query.Calls, worst.Effect.Weight, worst.Effect.Words)
        {
            Place = worst.Place,
            Remedy = worst.Effect.Remedy,
        };
    }

    /// <summary>What asks only PostgreSQL about itself, such as a driver's first query, works after any migration.</summary>
    static bool IsOfSystem(ShapeState state, IReadOnlySet<string> functions) =>
        state.Plan.Tables.All(table => OfSystem.Any(prefix => table.StartsWith(prefix, StringComparison.Ordinal)))
            && !functions.Overlaps(ShapeText.Names(state.Text));

    static bool IsOfInterest(string text) => ShapeText.Verb(text) is "copy" or "call" or "truncate" or "lock" or "do" or "refresh";

    static string Why(ShapeError error) => error.SqlState switch
    {
        "42601" => "the server's normalised text is not SQL any more",
        "42803" => "its parts are equal only with the same values (GROUP BY an expression with a parameter)",
        _ => $"it fails already before the migrations: {error.Message}",
    };

    sealed class TestedShape(RunningQuery query, ShapeState before)
    {
        public RunningQuery Query => query;

        public ShapeState Before => before;
    }

    sealed record PlacedEffect(ShapeEffect Effect, BreakPlace Place);

    sealed record Views(SchemaFacts Schema, Dictionary<string, RoleSecurity> Security);
}
