using System.Globalization;
using DbGate.Releases.Plans;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// The rows of the tables that the migrations wrote to, counted after the deploy, next to those of the rehearsal. The application wrote
/// meanwhile, so they need not be equal; but a table that lost what the rehearsal had kept, or kept what it had lost, is noticed.
/// </summary>
static class RowCounts
{
    const long Few = 100;
    const int TenPercent = 10;

    /// <summary>For all of them together: a deploy shall not wait for its own comparison.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <returns>What is implausible, in words; and how much was compared.</returns>
    public static async Task<(IReadOnlyList<string> Implausible, string Counted)> CompareAsync(
        Session live, IReadOnlyList<PlanRows> rehearsed, CancellationToken cancellationToken)
    {
        var implausible = new List<string>();
        var counted = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        foreach (var table in rehearsed.OrderBy(table => table.After))
        {
            try
            {
                var rows = await live.ScalarAsync<long>($"select count(*) from only {table.Table}", limit.Token);
                counted++;
                if (!IsPlausible(table, rows))
                {
                    implausible.Add(
                        string.Create(CultureInfo.InvariantCulture, $"{table.Table} has {rows} rows, the rehearsal left {table.After}"));
                }
            }
            catch (PostgresFault)
            {
                // It is not there, or may not be read: the comparison of the catalogs reports it.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (GateException) when (live.IsOpen)
            {
                break;
            }
        }

        return (implausible,
            string.Create(CultureInfo.InvariantCulture, $"row counts of {counted} of {rehearsed.Count} written tables compared"));
    }

    /// <summary>
    /// Within a tenth of the table, or a hundred rows: what an application writes between a backup and its release. Pure.
    /// </summary>
    public static bool IsPlausible(PlanRows rehearsed, long rows) =>
        Math.Abs(rows - rehearsed.After) <= Math.Max(Few, Math.Max(rehearsed.Before ?? 0, rehearsed.After) / TenPercent);
}
