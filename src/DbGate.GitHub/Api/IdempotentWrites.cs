using DbGate.Resilience;

namespace DbGate.GitHub.Api;

/// <summary>Writes that must not happen twice.</summary>
static class IdempotentWrites
{
    /// <summary>Writes; when it is unknown whether it had its effect, looks for it before it writes again.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="find">Finds what the write leaves; null when it is not there.</param>
    /// <param name="write">IdempotentWrites.</param>
    /// <param name="isMade">False for an answer that promises instead of telling what was made: GitHub's 202, which Octokit reads as
    /// something with the number 0.</param>
    public static Task<T> OnceAsync<T>(GitHubApi api, Func<Task<T?>> find, Func<Task<T>> write, Func<T, bool>? isMade = null)
        where T : class
    {
        var isRepeated = false;
        return RetryPipeline.RunAsync(
            api.Retry, api.Clock, _ => TryAsync(),
            new RetryRules<T>(outcome => outcome.Exception is { } failure && GitHubErrors.IsUncertain(failure)), api.Deadline);

        async Task<T> TryAsync()
        {
            if (isRepeated && await find() is { } found)
            {
                return found;
            }

            isRepeated = true;
            var written = await write();
            return isMade?.Invoke(written) != false ? written : throw new InvalidDataException("accepted, and not made yet");
        }
    }
}
