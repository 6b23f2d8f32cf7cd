using System.Diagnostics;
using System.Text;

namespace DbGate.Testing;

/// <summary>What a process that a test ran has left behind.</summary>
public sealed record ShellResult(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for assertions that do not care which.</summary>
    public string Everything => Output + Error;

    /// <summary>Itself when the exit code is 0; else throws with both streams.</summary>
    public ShellResult Succeeded() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"exit code {ExitCode}\n{Output}\n{Error}");
}

/// <summary>Runs real programs in tests: an argument list, a deadline, the whole tree killed when it passes.</summary>
public static class Shell
{
    /// <summary>Time that a process gets unless the test states otherwise.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">A path or a name in PATH.</param>
    /// <param name="arguments">The argument list.</param>
    /// <param name="folder">The working folder; null is the test's own.</param>
    /// <param name="environment">Variables to set, or with null to remove.</param>
    /// <param name="input">Text for the standard input; null closes it.</param>
    /// <param name="user">Another account, when the test runs as root.</param>
    /// <param name="deadline">How long it may take; null is <see cref="DefaultDeadline"/>.</param>
    public static async Task<ShellResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? input = null,
        string? user = null,
        TimeSpan? deadline = null)
    {
        using var process = Start(program, arguments, folder, environment, user);
        using var timer = new CancellationTokenSource(deadline ?? DefaultDeadline);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, line) => Add(output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), timer.Token);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(timer.Token);
            return new(process.ExitCode, output.ToString(), error.ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in time\n{output}\n{error}");
        }
    }

    /// <summary>Starts a program with all three streams redirected; the caller owns it.</summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string?>? environment = null,
        string? user = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        if (user is not null)
        {
            start.UserName = user;
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The path of a program in PATH or in the folders where Debian keeps servers; null when it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin", "/usr/local/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }
}
