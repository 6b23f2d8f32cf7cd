namespace DbGate.Cli.Completion;

/// <summary>For PowerShell 5.1 and newer.</summary>
static class PowerShell
{
    public static string Script(CompletionWords words) => $$"""
        # Completion of dbgate for PowerShell: dbgate completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName dbgate -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $tasks = [ordered]@{
        {{string.Concat(words.Tasks.Select(task => $"        {Quote(task.Name)} = {Quote(task.Help)}\n"))}}    }
            $options = [ordered]@{
        {{string.Concat(words.Options.Select(option => $"        {Quote(option.Typed)} = {Quote(option.Help)}\n"))}}    }
            $values = @{
        {{string.Concat(words.Options.Where(option => option.Value == CompletionValue.Word).Select(option =>
            $"        {Quote(option.Typed)} = @({string.Join(", ", option.Words.Select(Quote))})\n"))}}    }
            function Offer($text, $help) {
                if (-not $help) { $help = $text }
                [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $help)
            }
            $word = "$wordToComplete"
            if ($word -match '^(--[a-z0-9-]+=)(.*)$') {
                $option = $Matches[1]
                $begun = $Matches[2]
                $values[$option] | Where-Object { $_ -like "$begun*" } | ForEach-Object { Offer "$option$_" $_ }
            } elseif ($word.StartsWith('-')) {
                $options.Keys | Where-Object { $_ -like "$word*" } | ForEach-Object { Offer $_ $options[$_] }
            } elseif ($commandAst.CommandElements.Count -gt 1 -and "$($commandAst.CommandElements[1])" -eq 'completion') {
                {{string.Join(", ", CompletionScript.Shells.Select(Quote))}} | Where-Object { $_ -like "$word*" } | ForEach-Object { Offer $_ $_ }
            } else {
                $tasks.Keys | Where-Object { $_ -like "$word*" } | ForEach-Object { Offer $_ $tasks[$_] }
            }
        }

        """;

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
