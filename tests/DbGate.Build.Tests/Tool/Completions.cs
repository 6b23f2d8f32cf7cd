using System.Diagnostics;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Cli.Completion;

namespace DbGate.Build.Tests.Tool;

/// <summary>The scripts in the shells that they are for; PowerShell's only by its text.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class Completions
{
    [TestCase("", "rel", ExpectedResult = "release")]
    [TestCase("", "ver", ExpectedResult = "verify-ready version")]
    [TestCase("release", "--environ", ExpectedResult = "--environment=")]
    [TestCase("release --environment =", "pro", ExpectedResult = "production")]
    [TestCase("release --environment", "=", ExpectedResult = "development production staging")]
    [TestCase("release --environment", "st", ExpectedResult = "staging")]
    [TestCase("release --ready-timeout =", "5", ExpectedResult = "")]
    [TestCase("completion", "p", ExpectedResult = "powershell")]
    [TestCase("help", "unp", ExpectedResult = "unprotect")]
    public string In_bash_offer(string before, string typed)
    {
        var words = before.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var offered = Run(
            "bash",
            $$"""
            {{CompletionScript.For("bash")}}
            COMP_WORDS=(dbgate {{before}} '{{typed}}'); COMP_CWORD={{words.Length + 1}}
            _dbgate
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        return string.Join(' ', offered.Split('\n').Order(StringComparer.Ordinal));
    }

    [Test]
    public void In_zsh_are_a_script_without_faults() => Run("zsh", CompletionScript.For("zsh"), "-n");

    [Test]
    public void In_fish_offer_tasks_and_values()
    {
        var offered = Run(
            "fish",
            CompletionScript.For("fish")
                + "\ncomplete -C 'dbgate rele' | string split \\t -f1\ncomplete -C 'dbgate release --environment=prod' | string "
                + "split \\t -f1\n");

        Assert.That(offered.Split('\n'), Is.EqualTo(new[] { "release", "--environment=production" }));
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("powershell")]
    public void Hold_every_task_and_option_and_no_secret(string shell)
    {
        var script = CompletionScript.For(shell);

        Assert.That(TaskCatalog.All.Where(task => !script.Contains(task.Name, StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            SettingsCatalog.All.Where(setting => setting is { IsSecret: false, Option: not null }
                && !script.Contains(setting.Option, StringComparison.Ordinal)), Is.Empty);
        Assert.That(script, Does.Not.Contain("signing-key"));
    }

    [Test]
    public void Of_another_shell_are_refused() =>
        Assert.That(
            () => CompletionScript.For("tcsh"),
            Throws.TypeOf<GateException>().With.Property("Problem").Property("Fix").Property("Sentence").Contains("zsh"));

    static string Run(string shell, string script, params string[] options)
    {
        var start =
            new ProcessStartInfo(
                shell, options) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore($"{shell} is not installed: apt-get install {shell}");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(script);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That((process.ExitCode, error.Result), Is.EqualTo((0, "")), output);
            return output.Trim();
        }
    }
}
