namespace DbGate.Tests.Releases;

enum LedgerFault { None, Failed, Edited, OfAnotherTool, OfAnotherApplication }

enum FolderFault { None, Unrecognized, NoFile, Missing }

enum Rehearsal { None, Incomplete, Complete }

enum Interference
{
    None, Schema, Trigger, EventTrigger, LedgerTrigger, MoreLoss, LessLoss, Trap, Commit, File, AnotherFile, Ledger, AnotherDeploy,
}

/// <summary>A release as it was made up, and whether it may pass: told from that alone, without a line of DbGate.</summary>
/// <param name="Ledger">What is wrong with the ledger.</param>
/// <param name="Folder">What is wrong with the folder.</param>
/// <param name="Loses">The migration drops a column that holds values; else it adds one.</param>
/// <param name="Rehearsal">How far it was rehearsed.</param>
/// <param name="Required">Approvals that the rules demand.</param>
/// <param name="DataLoss">Approvals that the rules demand for a loss.</param>
/// <param name="Approvals">Who approves, and whether the loss is accepted by its number. "ana" asked for the plan.</param>
/// <param name="IsExpired">The plan has expired by the database's clock.</param>
/// <param name="Interference">What happens between approval and deploy.</param>
sealed record Scenario(
    LedgerFault Ledger,
    FolderFault Folder,
    bool Loses,
    Rehearsal Rehearsal,
    int Required,
    int DataLoss,
    IReadOnlyList<(string Person, bool Accepts)> Approvals,
    bool IsExpired,
    Interference Interference)
{
    public const int Values = 20;

    public const string Lossy = "public.people.mail";

    /// <summary>Most have at most one fault, so that each fault is the only reason to block now and then.</summary>
    public static Scenario Generate(Random random)
    {
        var faults = random.Next(4) switch { 0 => 0, 3 => 2, _ => 1 };
        var loses = random.Next(2) == 0;
        var (required, dataLoss) = (random.Next(3), random.Next(4));
        var enough = Math.Max(required, dataLoss);
        var scenario = new Scenario(
            LedgerFault.None, FolderFault.None, loses, Rehearsal.Complete, required, dataLoss,
            [.. Enumerable.Range(1, enough).Select(number => ($"person {number}", loses))], false, Interference.None);
        for (var fault = 0; fault < faults; fault++)
        {
            scenario = random.Next(6) switch
            {
                0 => scenario with { Ledger = Any<LedgerFault>(random) },
                1 => scenario with { Folder = Any<FolderFault>(random) },
                2 => scenario with { Rehearsal = Any<Rehearsal>(random) },
                3 => scenario with { Approvals = Fewer(scenario.Approvals, random) },
                4 => scenario with { IsExpired = true },
                _ => scenario with { Interference = Any<Interference>(random) },
            };
        }

        return scenario;
    }

    /// <summary>The preconditions that do not hold.</summary>
    public IReadOnlyList<string> Broken()
    {
        var mayLose = Loses || Rehearsal != Rehearsal.Complete;
        var counted =
            Approvals.Where(approval => approval.Person != "ana" && (approval.Accepts || !Loses || Rehearsal == Rehearsal.None))
                .Select(approval => approval.Person)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Count();
        var demanded = mayLose ? Math.Max(Required, DataLoss) : Required;
        return
        [
            .. Ledger == LedgerFault.None ? [] : new[] { $"ledger: {Ledger}" },
            .. Folder == FolderFault.None ? [] : new[] { $"folder: {Folder}" },
            .. Loses && Rehearsal == Rehearsal.None ? ["a rule forbids a drop that nobody measured"] : Array.Empty<string>(),
            .. counted < demanded ? [$"{counted} of {demanded} approvals"] : Array.Empty<string>(),
            .. IsExpired ? ["the plan has expired"] : Array.Empty<string>(),
            .. Interference is Interference.None or Interference.LessLoss || (Interference == Interference.MoreLoss && !Loses)
                ? []
                : new[] { $"meanwhile: {Interference}" },
        ];
    }

    public override string ToString() =>
        $"ledger {Ledger}, folder {Folder}, loses {Loses}, rehearsal {Rehearsal}, required {Required}/{DataLoss}, approved by "
            + $"{string.Join(", ", Approvals)}, expired {IsExpired}, meanwhile {Interference}";

    static IReadOnlyList<(string, bool)> Fewer(IReadOnlyList<(string Person, bool Accepts)> approvals, Random random) =>
        approvals.Count == 0 ? approvals : random.Next(4) switch
        {
            0 => [.. approvals.Skip(1)],
            1 => [("ana", approvals[0].Accepts), .. approvals.Skip(1)],
            2 => [(approvals[^1].Person.ToUpperInvariant(), approvals[0].Accepts), .. approvals.Skip(1)], // one person twice
            _ => [(approvals[0].Person, false), .. approvals.Skip(1)],
        };

    static T Any<T>(Random random)
        where T : struct, Enum => random.GetItems(Enum.GetValues<T>(), 1)[0];
}
