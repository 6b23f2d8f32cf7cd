namespace DbGate.Cli.Completion;

/// <summary>For fish; as <c>~/.config/fish/completions/dbgate.fish</c>.</summary>
static class Fish
{
    public static string Script(CompletionWords words) => $$"""
        # Completion of dbgate for fish: dbgate completion fish > ~/.config/fish/completions/dbgate.fish
        complete -c dbgate -f
        {{string.Concat(words.Tasks.Select(task =>
            $"complete -c dbgate -n __fish_use_subcommand -a {task.Name} -d {Quote(task.Help)}\n"))}}complete -c dbgate -n '__fish_seen_subcommand_from help' -a '{{words.TaskNames}}'
        complete -c dbgate -n '__fish_seen_subcommand_from completion' -a '{{CompletionWords.ShellNames}}'
        {{string.Concat(words.Options.Select(Line))}}
        """;

    static string Line(CompletionOption option) => $"complete -c dbgate -l {option.Name}{Value(option)} -d {Quote(option.Help)}\n";

    static string Value(CompletionOption option) => option.Value switch
    {
        CompletionValue.None => "",
        CompletionValue.Word => $" -x -a '{string.Join(' ', option.Words)}'",
        CompletionValue.Folder => " -x -a '(__fish_complete_directories)'",
        CompletionValue.File => " -r -F",
        _ => " -x",
    };

    static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
