using System.IO.Compression;
using System.Runtime.InteropServices;

namespace DbGate.Backups.Archive.Isal;

/// <summary>
/// Intel's ISA-L (igzip, BSD licence) as the system has it: <c>apt-get install libisal2</c>, <c>brew install isa-l</c>. It makes ordinary
/// gzip as small as zlib's level 2 in a quarter of the time. Its interface has been the same since its version 2.
/// </summary>
static class IsaL
{
    static readonly string[] Names = OperatingSystem.IsMacOS()
        ? ["libisal.2.dylib", "/opt/homebrew/lib/libisal.2.dylib", "/usr/local/lib/libisal.2.dylib"]
        : OperatingSystem.IsLinux() ? ["libisal.so.2"] : [];

    static readonly Lazy<(Operation Initialize, Operation Deflate)?> Native = new(Load);

    /// <summary>An operation on a stream's state.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int Operation(nint stream);

    /// <summary>The command that installs it; null where nothing does.</summary>
    public static string? Install =>
        OperatingSystem.IsMacOS() ? "brew install isa-l"
        : OperatingSystem.IsLinux() ? "apt-get install libisal2"
        : null;

    /// <summary>It is installed, and made a sample that .NET's own reader understands.</summary>
    public static bool IsUsable => Probe.Value;

    static readonly Lazy<bool> Probe = new(() => Native.Value is not null && MakesGzip());

    /// <summary>Begins a new stream in the memory at <paramref name="stream"/>.</summary>
    public static void Initialize(nint stream) => Loaded.Initialize(stream);

    /// <summary>Compresses what there is.</summary>
    /// <exception cref="InvalidOperationException">It refuses.</exception>
    public static void Deflate(nint stream)
    {
        if (Loaded.Deflate(stream) is not 0 and var code)
        {
            throw new InvalidOperationException($"isal_deflate answered {code}.");
        }
    }

    static (Operation Initialize, Operation Deflate) Loaded =>
        Native.Value ?? throw new InvalidOperationException("ISA-L is not installed.");

    static (Operation Initialize, Operation Deflate)? Load()
    {
        if (!Environment.Is64BitProcess)
        {
            return null;
        }

        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library)
                && NativeLibrary.TryGetExport(library, "isal_deflate_init", out var initialize)
                && NativeLibrary.TryGetExport(library, "isal_deflate", out var deflate))
            {
                return (Marshal.GetDelegateForFunctionPointer<Operation>(initialize),
                    Marshal.GetDelegateForFunctionPointer<Operation>(deflate));
            }
        }

        return null;
    }

    // A library of this name that works otherwise must not make a single backup.
    static bool MakesGzip()
    {
        var sample = new byte[3 * IsalState.InputSize / 2];
        for (var i = 0; i < sample.Length; i++)
        {
            sample[i] = (byte)(i % 251 * (i / 4096));
        }

        try
        {
            using var compressed = new MemoryStream();
            using (var stream = new IsalStream(compressed))
            {
                stream.Write(sample);
            }

            compressed.Position = 0;
            using var reader = new GZipStream(compressed, CompressionMode.Decompress);
            var back = new byte[sample.Length + 1];
            return reader.ReadAtLeast(back, back.Length, throwOnEndOfStream: false) == sample.Length
                && back.AsSpan(..^1).SequenceEqual(sample);
        }
        catch (Exception fault) when (fault is InvalidOperationException or InvalidDataException)
        {
            return false;
        }
    }
}
