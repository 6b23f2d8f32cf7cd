using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>Which PostgreSQL a statement needs at least, where that is newer than 13.</summary>
static class ServerNeeds
{
    static readonly (string Function, int Major)[] Functions =
    [
        ("gen_random_uuid", 13), ("uuidv7", 18), ("uuidv4", 18), ("array_sort", 18), ("array_reverse", 18), ("json_table", 17),
        ("merge_action", 17),
        ("json_scalar", 17), ("json_serialize", 17), ("array_shuffle", 16), ("array_sample", 16), ("any_value", 16), ("random_normal", 16),
        ("regexp_like", 15), ("regexp_count", 15), ("date_bin", 14), ("string_to_table", 14),
    ];

    public static IEnumerable<(string What, int Major)> From(ParsedStatement statement) => statement switch
    {
        Merge merge => [merge.BySource ? ("WHEN NOT MATCHED BY SOURCE", 17) : ("MERGE", 15)],
        AlterTable alter => alter.Actions.SelectMany(From),
        CreateTable create => [.. create.Columns.SelectMany(From), .. create.Constraints.SelectMany(From)],
        Privilege { Privileges: var privileges } when privileges.Contains("maintain") => [("the privilege MAINTAIN", 17)],
        OtherStatement other => Called(other.Calls.Select(call => call.Name)),
        _ => [],
    };

    static IEnumerable<(string What, int Major)> From(AlterAction action) => action switch
    {
        AddColumn add => [.. From(add.Column), .. add.Column.Constraints.SelectMany(From)],
        AddConstraint add => From(add.Constraint),
        SetExpression => [("SET EXPRESSION", 17)],
        AlterConstraint { Enforced: { } enforced } => [(enforced ? "ENFORCED" : "NOT ENFORCED", 18)],
        DetachPartition { Concurrently: true } => [("DETACH PARTITION CONCURRENTLY", 14)],
        OtherAction { Form: AlterForms.SetAccessMethod } => [("SET ACCESS METHOD", 15)],
        OtherAction { Form: "set compression" } => [("SET COMPRESSION", 14)],
        _ => [],
    };

    static IEnumerable<(string What, int Major)> From(ColumnDefinition column) =>
        column.Virtual ? [("a virtual generated column", 18)] : Called(column.Default?.Calls ?? []);

    static IEnumerable<(string What, int Major)> From(TableConstraint constraint)
    {
        if (constraint.NotEnforced)
        {
            yield return ("NOT ENFORCED", 18);
        }

        if (constraint.Temporal)
        {
            yield return (constraint.Kind == ConstraintKind.ForeignKey ? "PERIOD" : "WITHOUT OVERLAPS", 18);
        }

        if (constraint.Kind == ConstraintKind.NotNull)
        {
            yield return ("a NOT NULL constraint of the table", 18);
        }

        if (constraint.NullsNotDistinct)
        {
            yield return ("NULLS NOT DISTINCT", 15);
        }
    }

    // A project can have a function of that name, so only those of newer servers count.
    static IEnumerable<(string What, int Major)> Called(IEnumerable<string> calls) =>
        from call in calls
        from known in Functions
        where known.Function == call && known.Major > 13
        select ($"{call}()", known.Major);
}
