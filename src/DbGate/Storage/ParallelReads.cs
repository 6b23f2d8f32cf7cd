namespace DbGate.Storage;

/// <summary>Reads several objects of a store at the same time: with a store far away, most of a request is waiting.</summary>
static class ParallelReads
{
    /// <summary>Requests at a time.</summary>
    public const int AtOnce = 8;

    /// <summary>Reads all of them. The first failure ends the others, and is thrown.</summary>
    /// <param name="items">What is read.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>The results in the order of the items.</returns>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<T, TResult>(
        IReadOnlyList<T> items, Func<T, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (at, token) => results[at] = await read(items[at], token));
        return results;
    }
}
