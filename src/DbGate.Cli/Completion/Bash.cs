namespace DbGate.Cli.Completion;

/// <summary>For bash 4 and newer. Bash breaks words at <c>=</c>, so an option and its value arrive as three words.</summary>
static class Bash
{
    public static string Script(CompletionWords words) => $$"""
        # Completion of dbgate for bash: source <(dbgate completion bash)
        _dbgate() {
          local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} option=
          COMPREPLY=()
          if [[ $cur == "=" ]]; then option=$prev cur=
          elif [[ $prev == "=" ]]; then option=${COMP_WORDS[COMP_CWORD-2]}
          elif [[ $prev == --* && $cur != -* ]]; then option=$prev
          fi
          case $option in
        {{string.Concat(words.Options.Select(Case))}}    --target) COMPREPLY=($(compgen -W "{{words.TaskNames}}" -- "$cur")); return ;;
          esac
          if [[ $cur == -* ]]; then
            COMPREPLY=($(compgen -W "{{string.Join(' ', words.Options.Select(option => option.Typed))}}" -- "$cur"))
            if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
            return
          fi
          case ${COMP_WORDS[1]} in
            completion) if [[ $COMP_CWORD -gt 1 ]]; then COMPREPLY=($(compgen -W "{{CompletionWords.ShellNames}}" -- "$cur")); return; fi ;;
          esac
          COMPREPLY=($(compgen -W "{{words.TaskNames}}" -- "$cur"))
        }
        complete -F _dbgate dbgate

        """;

    static string Case(CompletionOption option) => option.Value switch
    {
        CompletionValue.Word => $"    --{option.Name}) COMPREPLY=($(compgen -W \"{string.Join(' ', option.Words)}\" -- \"$cur\")); return "
            + ";;\n",
        CompletionValue.Folder => $"    --{option.Name}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\")); return "
            + ";;\n",
        CompletionValue.File => $"    --{option.Name}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); return "
            + ";;\n",
        CompletionValue.Free => $"    --{option.Name}) return ;;\n",
        _ => "",
    };
}
