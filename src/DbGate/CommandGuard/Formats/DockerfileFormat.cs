using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;

namespace DbGate.CommandGuard.Formats;

/// <summary>Dockerfiles: what the final stage runs, and what the stages that it needs run while they are built.</summary>
sealed class DockerfileFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => FileKinds.IsDockerfile(name);

    public void Collect(SourceFile file, Findings found) =>
        Collect(file, file.Images.Stages(file.Path), file.Images.Targets(file.Path), found);

    /// <summary>A Dockerfile that is in another file.</summary>
    public static void Inline(SourceFile file, SourceText text, string folder, string? target, ContextJudgement context,
        IReadOnlyList<CallSite> via, Findings found)
    {
        var inner = new Findings();
        Collect(file, file.Images.Inline(text, folder), target is null ? new HashSet<string>()
            : new HashSet<string>([target], StringComparer.OrdinalIgnoreCase), inner);
        found.Entrypoints.AddRange(inner.Entrypoints.Select(entry =>
            entry with { Via = [.. via, .. entry.Via], Context = entry.Context.Class == PathClass.Development
            && context.Class != PathClass.Development && !entry.Context.Reason.StartsWith("the final image", StringComparison.Ordinal)
            ? context : entry.Context.Class == PathClass.Development ? entry.Context : context }));
        found.Settings.AddRange(inner.Settings);
    }

    static void Collect(SourceFile file, IReadOnlyList<Stage> stages, IReadOnlySet<string> asked, Findings found)
    {
        var released = Released(stages, asked);
        var needed = new HashSet<int>();
        released.ForEach(stage => Need(stage, stages, needed));
        foreach (var stage in stages)
        {
            var isReleased = released.Contains(stage);
            var isNeeded = needed.Contains(stage.Index);
            var context = Judge(file, stage, isReleased, isNeeded);
            foreach (var (run, image) in stage.Runs)
            {
                Add(found, run, "RUN", context, image, run.Exec);
                foreach (var (_, document) in run.Documents)
                {
                    found.Add(document, "RUN", context, In(image));
                }
            }

            foreach (var (name, value) in stage.Image.Environment.Where(pair => Flags.IsFlag(pair.Key)))
            {
                found.Settings.Add(new Setting(name, value, file.Path, LineOf(file.Text, name), context));
            }

            if (isReleased || !isNeeded)
            {
                Start(found, stage, context);
            }
        }
    }

    static int LineOf(string text, string name) => text.AsSpan(0, Math.Max(0, text.LastIndexOf(name, StringComparison.Ordinal)))
        .Count('\n') + 1;

    static void Start(Findings found, Stage stage, ContextJudgement context)
    {
        foreach (var check in stage.Checks)
        {
            Add(found, check, "HEALTHCHECK", context, stage.Image, check.Exec);
        }

        if (stage.Entrypoint is { } entrypoint)
        {
            Add(found, entrypoint, "ENTRYPOINT", context, stage.Image, entrypoint.Exec is { } program
                ? [.. program, .. Arguments(stage.Command)] : null);

            // An entrypoint script usually ends in exec "$@"; where it cannot be read, the command counts by itself.
            if (entrypoint.Exec is [{ Name: not ("node" or "tsx" or "npx" or "npm" or "pnpm" or "yarn" or "bun" or "sh" or "bash"
                or "python" or "python3" or "tini" or "dumb-init") }, ..] && stage.Command is { } alone)
            {
                Add(found, alone, "CMD", context, stage.Image, alone.Exec);
            }
        }
        else if (stage.Command is { } command)
        {
            Add(found, command, "CMD", context, stage.Image, command.Exec);
        }
    }

    /// <summary>What an entrypoint gets from the command.</summary>
    static IReadOnlyList<Argument> Arguments(DockerInstruction? command) =>
        command is null ? [] : command.Exec ?? [new Argument("sh"), new Argument("-c"), new Argument(command.Body.Text)];

    static void Add(Findings found, DockerInstruction instruction, string label, ContextJudgement context, Image image,
        IReadOnlyList<Argument>? arguments)
    {
        var source = instruction.Body.Text.Length == 0 ? SourceText.OnLine(instruction.Body.File, "", instruction.Line) : instruction.Body;
        found.Entrypoints.Add(new Entrypoint(new Frame(arguments is null ? source
            : SourceText.OnLine(source.File, source.Text, instruction.Line), label), context, In(image)) { Arguments = arguments,
            IsBuildStep = label == "RUN", IsStart = label is "CMD" or "ENTRYPOINT" });
    }

    internal static Scope In(Image image) =>
        new(image.WorkingFolder)
        {
            Image = image,
            Environment = image.Environment,
            Variables = image.Environment.Aggregate(Variables.None, (so, pair) => so.With(pair.Key, pair.Value)),
        };

    /// <summary>The stages that a release may end with: the last one, those whose name states production, and those that a build asks
    /// for.</summary>
    static List<Stage> Released(IReadOnlyList<Stage> stages, IReadOnlySet<string> asked)
    {
        if (stages.Count == 0)
        {
            return [];
        }

        var released = stages.Where(stage => stage.Name.Length > 0
            && (Environments.IsProduction(stage.Name) || stage.Name.Equals("runner", StringComparison.OrdinalIgnoreCase)
            || asked.Contains(stage.Name))).ToList();
        var last = stages[^1];
        if (!released.Contains(last) && (released.Count == 0 || !Environments.IsDevelopment(last.Name)))
        {
            released.Add(last);
        }

        return released;
    }

    static void Need(Stage stage, IReadOnlyList<Stage> stages, HashSet<int> needed)
    {
        if (needed.Add(stage.Index))
        {
            foreach (var index in stage.Needs)
            {
                Need(stages[index], stages, needed);
            }
        }
    }

    static ContextJudgement Judge(SourceFile file, Stage stage, bool isReleased, bool isNeeded)
    {
        if (!isReleased && !isNeeded)
        {
            return new ContextJudgement(PathClass.Development,
                $"the final image does not need stage {(stage.Name.Length > 0 ? stage.Name : stage.Index)}");
        }

        if (isReleased && stage.Name.Length > 0 && Environments.IsOther(stage.Name, file.PathClassifier.Environment))
        {
            return file.PathClassifier.ByPolicy(file.Path) ?? new ContextJudgement(PathClass.Development,
                $"the stage is called {stage.Name}");
        }

        var mode = stage.Image.Environment.GetValueOrDefault("NODE_ENV");
        var otherwise = mode is not null && Environments.IsDevelopment(mode)
            ? new ContextJudgement(PathClass.Development, $"the image sets NODE_ENV={mode}")
            : mode is not null && Environments.IsProduction(mode)
                ? new ContextJudgement(PathClass.Production, $"the image sets NODE_ENV={mode}")
                : new ContextJudgement(PathClass.Unknown, "nothing says that the image is only for development");
        return file.PathClassifier.OfFile(file.Path, otherwise);
    }
}
