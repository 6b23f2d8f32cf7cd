using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Formats;

/// <summary>A stage of a Dockerfile with the files, folder and command that it ends with.</summary>
sealed class Stage(int index, string name, string from)
{
    public int Index => index;

    public string Name => name;

    public string From => from;

    public Stage? Parent { get; init; }

    public Image Image { get; set; } = new([]);

    public List<(DockerInstruction Instruction, Image Image)> Runs { get; } = [];

    public HashSet<int> Needs { get; } = [];

    public DockerInstruction? Command { get; set; }

    public DockerInstruction? Entrypoint { get; set; }

    public List<DockerInstruction> Checks { get; } = [];
}

/// <summary>The Dockerfiles of a repository, and who builds which stage of them.</summary>
sealed partial class Images(Repository repository)
{
    readonly Dictionary<string, IReadOnlyList<Stage>> known = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> contexts = new(StringComparer.Ordinal);
    readonly Dictionary<string, HashSet<string>> targets = new(StringComparer.Ordinal);

    /// <summary>Reports that a file is built with a folder as its context, and which stage.</summary>
    public void Built(string dockerfile, string context, string? stage)
    {
        (contexts.TryGetValue(dockerfile, out var folders) ? folders : contexts[dockerfile] = []).Add(context);
        if (stage is { Length: > 0 })
        {
            (targets.TryGetValue(dockerfile, out var stages) ? stages : targets[dockerfile] = new(StringComparer.OrdinalIgnoreCase))
                .Add(stage);
        }
    }

    /// <summary>The stages that a production build of the file is known to ask for.</summary>
    public IReadOnlySet<string> Targets(string dockerfile) => targets.GetValueOrDefault(dockerfile, []);

    /// <summary>The stages of a Dockerfile that is in another file.</summary>
    public IReadOnlyList<Stage> Inline(SourceText text, string folder)
    {
        var padded = new string('\n', Math.Max(0, text.LineAt(0) - 1)) + text.Text;
        var key = $"{text.File}:{text.LineAt(0)}";
        contexts[key] = [folder];
        return known[key] = Build(key, DockerfileReader.Read(text.File, padded));
    }

    public IReadOnlyList<Stage> Stages(string dockerfile)
    {
        if (!known.TryGetValue(dockerfile, out var stages))
        {
            known[dockerfile] = stages = repository.Read(dockerfile).Text is { } text
                ? Build(dockerfile, DockerfileReader.Read(dockerfile, text)) : [];
        }

        return stages;
    }

    /// <summary>The stage that a build ends with.</summary>
    public Stage? Final(string dockerfile, string? target) =>
        Stages(dockerfile) is { Count: > 0 } stages ? stages.FirstOrDefault(stage => target is not null
            && stage.Name.Equals(target, StringComparison.OrdinalIgnoreCase)) ?? stages[^1] : null;

    IReadOnlyList<Stage> Build(string dockerfile, IReadOnlyList<DockerInstruction> instructions)
    {
        IReadOnlyList<string> folders = [.. contexts.GetValueOrDefault(dockerfile, []).Append(RepositoryPath.Folder(dockerfile)).Append("")
            .Distinct()];
        var stages = new List<Stage>();
        var variables = Variables.None;
        foreach (var instruction in instructions)
        {
            if (instruction.Keyword == "FROM")
            {
                stages.Add(Begin(instruction, stages, folders, variables));
            }
            else if (stages.Count > 0)
            {
                Apply(instruction, stages[^1], stages);
            }
            else if (instruction.Keyword == "ARG" && instruction.Body.Text.Trim().Split('=', 2) is [var name, var value])
            {
                variables = variables.With(name, value.Trim('"'));
            }
        }

        return stages;
    }

    static Stage Begin(DockerInstruction instruction, List<Stage> stages, IReadOnlyList<string> folders, Variables variables)
    {
        var words = Expansion.Arguments(WordsOf(instruction.Body.Text), variables)[0].Select(argument => argument.Text).ToList();
        var from = words.Count > 0 ? words[0] : "";
        var name = words.Count > 2 && words[1].Equals("as", StringComparison.OrdinalIgnoreCase) ? words[2] : "";
        var parent = stages.LastOrDefault(stage => stage.Name.Length > 0 && stage.Name.Equals(from, StringComparison.OrdinalIgnoreCase));
        var stage = new Stage(stages.Count, name, from) { Parent = parent, Image = parent?.Image ?? new Image(folders),
            Command = parent?.Command, Entrypoint = parent?.Entrypoint };
        if (parent is not null)
        {
            stage.Needs.Add(parent.Index);
        }

        return stage;
    }

    static List<Word> WordsOf(string text)
    {
        var reader = new WordReader(text, 0, 0);
        var words = new List<Word>();
        reader.SkipBlanks();
        while (!reader.AtEnd)
        {
            var word = reader.Read();
            if (word.Raw.Length > 0)
            {
                words.Add(word);
            }
            else
            {
                reader.Position++;
            }

            reader.SkipBlanks();
        }

        return words;
    }

    static void Apply(DockerInstruction instruction, Stage stage, List<Stage> stages)
    {
        var variables = stage.Image.Environment.Aggregate(Variables.None, (so, pair) => so.With(pair.Key, pair.Value));
        switch (instruction.Keyword)
        {
            case "WORKDIR":
                var folder = Expansion.Arguments(WordsOf(instruction.Body.Text), variables)[0];
                stage.Image = folder.Count > 0 && folder[0].IsKnown
                    ? stage.Image with { WorkingFolder = stage.Image.Absolute(folder[0].Text) } : stage.Image;
                break;
            case "ENV" or "ARG":
                stage.Image = stage.Image with { Environment = stage.Image.Environment.SetItems(Pairs(instruction.Body.Text, variables)) };
                break;
            case "COPY" or "ADD":
                Copy(instruction, stage, stages, variables);
                break;
            case "RUN":
                foreach (var mount in instruction.Options.Where(option => option.Name == "mount"))
                {
                    Need(stage, stages, mount.Value.Split(',')
                        .FirstOrDefault(part => part.StartsWith("from=", StringComparison.Ordinal))?[5..]);
                }

                stage.Runs.Add((instruction, stage.Image));
                stage.Image = Building(instruction, Writing(instruction, stage.Image));
                break;
            case "CMD":
                stage.Command = instruction;
                break;
            case "ENTRYPOINT":
                (stage.Entrypoint, stage.Command) = (instruction, stage.Command == stage.Parent?.Command ? null : stage.Command);
                break;
            case "HEALTHCHECK":
                stage.Checks.Add(instruction);
                break;
            default:
                break;
        }
    }

    /// <summary>A file that a RUN writes with literal text: <c>RUN echo '…' &gt; start.sh</c>.</summary>
    static Image Writing(DockerInstruction instruction, Image image)
    {
        var scope = new Scope(image.WorkingFolder);
        foreach (var (path, text) in WrittenFiles.By(instruction.Body, scope))
        {
            image = image with { Written = image.Written.SetItem(path, text) };
        }

        foreach (var (_, document) in instruction.Documents)
        {
            foreach (var (path, text) in WrittenFiles.By(document, scope))
            {
                image = image with { Written = image.Written.SetItem(path, text) };
            }

            if (instruction.Body.Text.IndexOf('>', StringComparison.Ordinal) is >= 0 and var at
                && WordsOf(instruction.Body.Text[(at + 1)..].TrimStart('>')) is [{ Literal: { } target }, ..])
            {
                image = image with { Written = image.Written.SetItem(image.Absolute(target), document) };
            }
        }

        return image;
    }

    /// <summary>A program that a RUN compiles: <c>go build -o /app ./cmd/server</c>.</summary>
    static Image Building(DockerInstruction instruction, Image image)
    {
        foreach (Match build in GoBuild().Matches(instruction.Body.Text))
        {
            var words = build.Groups[1].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToList();
            var at = words.FindIndex(word => word == "-o" || word.StartsWith("-o=", StringComparison.Ordinal));
            var package = words.Count > 0 && !words[^1].StartsWith('-') && at != words.Count - 2 ? words[^1] : ".";
            var output = at < 0 ? RepositoryPath.Name(package == "." ? image.WorkingFolder : package.TrimEnd('/')) : words[at] == "-o"
                && at + 1 < words.Count ? words[at + 1] : words[at].Length > 3 ? words[at][3..] : "";
            if (output.Length > 0)
            {
                output = output.EndsWith('/') ? output + RepositoryPath.Name(package.TrimEnd('/')) : output;
                image = image with { Built = image.Built.SetItem(image.Absolute(output), package) };
            }
        }

        return image;
    }

    [GeneratedRegex(@"\bgo\s+build\b([^&|;\n]*)")]
    private static partial Regex GoBuild();

    static void Copy(DockerInstruction instruction, Stage stage, List<Stage> stages, Variables variables)
    {
        var words = instruction.Exec?.Select(argument => argument.Text).ToList()
            ?? [.. Expansion.Arguments(WordsOf(instruction.Body.Text), variables)[0].Select(argument => argument.Text)];
        if (words.Count < 2)
        {
            return;
        }

        var destination = stage.Image.Absolute(words[^1]) + (words[^1].EndsWith('/') || words[^1] == "." ? "/" : "");
        foreach (var (target, document) in instruction.Documents)
        {
            var path = words[^1].EndsWith('/') ? stage.Image.Absolute(words[^1] + target) : stage.Image.Absolute(words[^1]);
            stage.Image = stage.Image with { Written = stage.Image.Written.SetItem(path, document) };
        }

        var from = Need(stage, stages, instruction.Option("from"));
        if (instruction.Option("from") is null || from is not null)
        {
            var sources = words.SkipLast(1).Where(word => !word.StartsWith("<<", StringComparison.Ordinal)
                && !word.Contains("://", StringComparison.Ordinal)).ToList();
            stage.Image = stage.Image with { Copies = stage.Image.Copies.Add(new ImageCopy(sources, destination, from?.Image)) };
        }
    }

    static Stage? Need(Stage stage, List<Stage> stages, string? reference)
    {
        var needed = reference is null ? null
            : stages.FirstOrDefault(other => other != stage
                && (other.Name.Equals(reference, StringComparison.OrdinalIgnoreCase) || other.Index.ToString(provider: null) == reference));
        if (needed is not null)
        {
            stage.Needs.Add(needed.Index);
        }

        return needed;
    }

    static IEnumerable<KeyValuePair<string, string>> Pairs(string text, Variables variables)
    {
        var words = Expansion.Arguments(WordsOf(text), variables)[0];
        if (words.Count >= 2 && !words[0].Text.Contains('=', StringComparison.Ordinal))
        {
            yield return new(words[0].Text, string.Join(' ', words.Skip(1).Select(word => word.Text)));
            yield break;
        }

        foreach (var word in words)
        {
            if (word.Text.Split('=', 2) is [var name, var value])
            {
                yield return new(name, value);
            }
        }
    }
}
