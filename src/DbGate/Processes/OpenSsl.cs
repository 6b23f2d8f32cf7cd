using System.Runtime.InteropServices;
using DbGate.Problems;

namespace DbGate.Processes;

/// <summary>
/// OpenSSL, which .NET loads on Linux at the first hash, signature or TLS connection. Where it is missing, .NET ends the process at once
/// (SIGABRT).
/// </summary>
static class OpenSsl
{
    /// <summary>A version that .NET is told to use: <c>3</c> loads libssl.so.3.</summary>
    const string VersionVariable = "CLR_OPENSSL_VERSION_OVERRIDE";

    /// <summary>In the order in which .NET looks for them.</summary>
    static IEnumerable<string> Names => Environment.GetEnvironmentVariable(VersionVariable) is { Length: > 0 } asked
        ? [$"libssl.so.{asked}", "libssl.so.3", "libssl.so.1.1"]
        : ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>For a program, before it runs a task: reports hash what they contain.</summary>
    /// <exception cref="GateException">DBG0047: it is not installed.</exception>
    public static void Require()
    {
        if (OperatingSystem.IsLinux() && !Names.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            throw new GateException(ProcessProblems.NoOpenSsl());
        }
    }
}
