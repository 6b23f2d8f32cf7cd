using System.Security.Cryptography;

namespace DbGate.GitHub.Api;

/// <summary>Writes that must not happen twice.</summary>
static class Writes
{
    const int JitterSteps = 1 << 16;

    /// <summary>Writes; when nobody knows whether it had its effect, looks for it before it writes again.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="find">Finds what the write leaves; null when it is not there.</param>
    /// <param name="write">Writes.</param>
    /// <param name="isMade">False for an answer that promises instead of telling what was made: GitHub's 202, which Octokit reads as something with the number 0.</param>
    public static async Task<T> OnceAsync<T>(GitHubApi api, Func<Task<T?>> find, Func<Task<T>> write, Func<T, bool>? isMade = null)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var written = await write();
                return isMade?.Invoke(written) != false ? written : throw new InvalidDataException("accepted, and not made yet");
            }
            catch (Exception exception) when (attempt < api.Patience.Attempts && Faults.IsUncertain(exception) && !api.Deadline.IsCancellationRequested)
            {
                await Task.Delay(Pause(api.Patience, attempt), api.Clock, api.Deadline);
                if (await find() is { } found)
                {
                    return found;
                }
            }
        }
    }

    static TimeSpan Pause(Patience patience, int attempt)
    {
        var longest = patience.FirstPause * Math.Pow(2, attempt - 1);
        return (longest < patience.LongestPause ? longest : patience.LongestPause) * RandomNumberGenerator.GetInt32(JitterSteps / 2, JitterSteps + 1) / JitterSteps;
    }
}
