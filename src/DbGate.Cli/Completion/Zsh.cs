namespace DbGate.Cli.Completion;

/// <summary>For zsh with <c>compinit</c>; as a file <c>_dbgate</c> in <c>$fpath</c>, or sourced.</summary>
static class Zsh
{
    public static string Script(CompletionWords words) => $$"""
        #compdef dbgate
        # Completion of dbgate for zsh: source <(dbgate completion zsh), after compinit
        _dbgate() {
          local context state state_descr line
          typeset -A opt_args
          local -a tasks
          tasks=(
        {{string.Concat(words.Tasks.Select(task => $"    {Quote(
            $"{task.Name}:{task.Help.Replace(":", "\\:", StringComparison.Ordinal)}")}\n"))}}  )
          _arguments \
        {{string.Concat(words.Options.Select(option => $"    {Quote(Spec(option))} \\\n"))}}    '*:: :->words'
          case $state in
            words)
              if [[ $words[1] == completion && $CURRENT -gt 1 ]]; then _values shell {{CompletionWords.ShellNames}}
              else _describe -t tasks task tasks
              fi ;;
          esac
        }
        if [[ $funcstack[1] == _dbgate ]]; then _dbgate "$@"; else compdef _dbgate dbgate; fi

        """;

    static string Spec(CompletionOption option) => option.Value switch
    {
        CompletionValue.None => $"--{option.Name}[{Plain(option.Help)}]",
        CompletionValue.Word => $"--{option.Name}=[{Plain(option.Help)}]:value:({string.Join(' ', option.Words)})",
        CompletionValue.Folder => $"--{option.Name}=[{Plain(option.Help)}]:folder:_files -/",
        CompletionValue.File => $"--{option.Name}=[{Plain(option.Help)}]:file:_files",
        _ => $"--{option.Name}=[{Plain(option.Help)}]:value: ",
    };

    static string Plain(string text) => text.Replace('[', '(').Replace(']', ')');

    static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
