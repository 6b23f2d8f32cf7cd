using DbGate.Problems;

namespace DbGate.Storage.Local;

/// <summary>Turns what the file system throws into problems.</summary>
static class LocalFaults
{
    const int NoSpaceUnix = 28;
    const int QuotaLinux = 122;
    const int QuotaMac = 69;
    const int DiskFullWindows = unchecked((int)0x80070070);

    public static T Guard<T>(string location, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (ProblemOf(location, exception) is { } problem)
        {
            throw problem;
        }
    }

    public static async Task<T> GuardAsync<T>(string location, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (ProblemOf(location, exception) is { } problem)
        {
            throw problem;
        }
    }

    public static GateException? ProblemOf(string location, Exception exception) => exception switch
    {
        IOException { HResult: NoSpaceUnix or QuotaLinux or QuotaMac or DiskFullWindows } => StoresProblems.StoreFull(location, exception),
        UnauthorizedAccessException => StoresProblems.FolderRefused(location, "access is denied", exception),
        IOException => StoresProblems.FolderRefused(location, "the file system failed", exception),
        _ => null,
    };
}
