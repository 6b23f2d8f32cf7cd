using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DbGate.Problems;

namespace DbGate.Processes;

/// <summary>
/// OpenSSL, which .NET loads on Linux at the first hash, signature or TLS connection. Where it is missing, .NET ends the process at once (SIGABRT).
/// A program that calls <see cref="Watch"/> gets a problem instead.
/// </summary>
static class OpenSsl
{
    /// <summary>.NET's own library, which loads OpenSSL and ends the process where it finds none.</summary>
    const string Bridge = "libSystem.Security.Cryptography.Native.OpenSsl";

    /// <summary>A version that .NET is told to use: <c>3</c> loads libssl.so.3.</summary>
    const string VersionVariable = "CLR_OPENSSL_VERSION_OVERRIDE";

    /// <summary>In the order in which .NET looks for them.</summary>
    static IEnumerable<string> Names => Environment.GetEnvironmentVariable(VersionVariable) is { Length: > 0 } asked
        ? [$"libssl.so.{asked}", "libssl.so.3", "libssl.so.1.1"]
        : ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>Whether hashes, signatures and TLS work here. Always true elsewhere than on Linux.</summary>
    public static bool IsUsable => !OperatingSystem.IsLinux() || Names.Any(name => NativeLibrary.TryLoad(name, out _));

    /// <summary>From now on the first use of a missing OpenSSL throws a <see cref="GateException"/> (DBG0047). For programs, not for libraries.</summary>
    public static void Watch()
    {
        if (OperatingSystem.IsLinux())
        {
            WatchLibrary(typeof(SHA256).Assembly);
            WatchLibrary(typeof(System.Net.Security.SslStream).Assembly);
        }
    }

    /// <summary>The problem inside of what .NET throws when a type cannot be initialised; null for any other exception.</summary>
    public static Problem? ProblemIn(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is GateException { Problem: var problem } && problem.Code == ProcessProblems.OpenSslMissing)
            {
                return problem;
            }
        }

        return null;
    }

    static void WatchLibrary(Assembly assembly) => NativeLibrary.SetDllImportResolver(
        assembly,
        static (library, _, _) => library != Bridge || IsUsable ? IntPtr.Zero : throw new GateException(ProcessProblems.NoOpenSsl()));
}
