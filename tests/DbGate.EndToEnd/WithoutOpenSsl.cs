namespace DbGate.EndToEnd;

/// <summary>
/// Runs a program where the system's libssl is an empty file: in a mount namespace of its own, so no container is needed.
/// </summary>
static class WithoutOpenSsl
{
    const string Script = """
        for library in $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | sed -n 's/.*libssl\.so\.[0-9.]* .*=> //p'); do
          mount --bind /dev/null "$(readlink -f "$library")" || exit 99
        done
        exec "$@"
        """;

    static readonly string[] Namespace = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--map-root-user", "--mount"];

    /// <summary>Skips the test where such a namespace is not allowed.</summary>
    public static async Task<ShellResult> RunAsync(string program, IEnumerable<string> arguments, Dictionary<string, string?> environment)
    {
        if (!OperatingSystem.IsLinux() || (await StartAsync("true", [], [])).ExitCode != 0)
        {
            Assert.Ignore("unshare may not make a mount namespace here");
        }

        return await StartAsync(program, arguments, environment);
    }

    static Task<ShellResult> StartAsync(string program, IEnumerable<string> arguments, Dictionary<string, string?> environment) =>
        Shell.RunAsync("unshare", [.. Namespace, "sh", "-c", Script, "sh", program, .. arguments], environment: environment);
}
