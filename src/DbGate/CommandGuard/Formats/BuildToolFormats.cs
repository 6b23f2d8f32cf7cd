using System.Xml;
using System.Xml.Linq;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>Maven: the programs that the exec, frontend and antrun plugins start.</summary>
sealed class MavenFormat : IEntrypointFormat
{
    static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null,
        MaxCharactersInDocument = 16_000_000 };

    public bool Reads(string file, string name) => name == "pom.xml";

    public void Collect(SourceFile file, Findings found)
    {
        XDocument document;
        try
        {
            using var reader = XmlReader.Create(new StringReader(file.Text), Settings);
            document = XDocument.Load(reader, LoadOptions.SetLineInfo);
        }
        catch (XmlException exception)
        {
            found.Unreadable.Add(new UnreadableFile(new SourceLocation(file.Path, exception.LineNumber), exception.Message, false));
            return;
        }

        foreach (var plugin in document.Descendants().Where(element => element.Name.LocalName == "plugin"))
        {
            var name = Child(plugin, "artifactId")?.Value.Trim();
            foreach (var configuration in plugin.Descendants()
                .Where(element => element.Name.LocalName == "configuration" && name is "exec-maven-plugin" or "frontend-maven-plugin"
                or "maven-antrun-plugin"))
            {
                var phase = configuration.Parent is { } execution ? Child(execution, "phase")?.Value.Trim() : null;
                var context = file.PathClassifier.OfFile(file.Path, phase?.Contains("test", StringComparison.Ordinal) == true
                    ? new ContextJudgement(PathClass.Development, $"Maven runs it in phase {phase}")
                    : new ContextJudgement(PathClass.Unknown, $"Maven runs it in phase {phase ?? "of the plugin"}"));
                Programs(file, name!, configuration, context, found);
            }
        }
    }

    static void Programs(SourceFile file, string plugin, XElement configuration, ContextJudgement context, Findings found)
    {
        if (plugin == "maven-antrun-plugin")
        {
            foreach (var exec in configuration.Descendants()
                .Where(element => element.Name.LocalName == "exec" && element.Attribute("executable") is not null))
            {
                Add(exec, [exec.Attribute("executable")!.Value, .. exec.Elements().Where(element => element.Name.LocalName == "arg")
                    .SelectMany(argument => argument.Attribute("value") is { } value ? [value.Value]
                    : (argument.Attribute("line")?.Value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))]);
            }

            return;
        }

        var goal = configuration.Parent?.Descendants().FirstOrDefault(element => element.Name.LocalName == "goal")?.Value.Trim() ?? "";
        var program = plugin == "exec-maven-plugin" ? Child(configuration, "executable")?.Value.Trim() : goal is "npm" or "npx" or "yarn"
            or "pnpm" or "bun" ? goal : null;
        if (program is { Length: > 0 })
        {
            var arguments = Child(configuration, "arguments") is { HasElements: true } list
                ? [.. list.Elements().Where(element => element.Name.LocalName == "argument").Select(element => element.Value.Trim())]
                : ((Child(configuration, "commandlineArgs") ?? Child(configuration, "arguments"))?.Value ?? "")
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            Add(configuration, [program, .. arguments]);
        }

        void Add(XElement element, IReadOnlyList<string> arguments) =>
            found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, "", ((IXmlLineInfo)element).LineNumber),
                $"{plugin}:"), context, new Scope(file.Folder))
            {
                Arguments = [.. arguments.Select(argument => new Argument(argument.Replace("${basedir}", ".", StringComparison.Ordinal)))],
            });
    }

    static XElement? Child(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name);
}

/// <summary>Gradle: the tasks that start programs, where a task that builds or deploys needs them.</summary>
sealed class GradleFormat : IEntrypointFormat
{
    static readonly string[] Builds = ["build", "assemble", "bootJar", "jar", "bootRun", "run", "installDist", "processResources",
        "compileJava", "compileKotlin", "classes", "war", "bootWar", "bootBuildImage", "jib", "publish"];

    public bool Reads(string file, string name) => name is "build.gradle" or "build.gradle.kts";

    public void Collect(SourceFile file, Findings found)
    {
        var targets = TargetFiles.Read(file.Repository, "gradle", file.Path).All;
        foreach (var target in targets.Where(target => Builds.Contains(target.Name, StringComparer.Ordinal)
            || Environments.IsProduction(target.Name)))
        {
            var context = file.PathClassifier.OfFile(file.Path, Environments.IsProduction(target.Name)
                ? new ContextJudgement(PathClass.Production, $"the task's name \"{target.Name}\" says that it deploys")
                : new ContextJudgement(PathClass.Unknown, $"\"{target.Name}\" builds or starts the application"));
            found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, target.Name, target.Line), ""), context,
                new Scope(file.Folder)) { Arguments = [new("gradle"), new(target.Name)] });
        }
    }
}

/// <summary>Infrastructure programs: AWS CDK and Pulumi run a program of the repository that describes containers.</summary>
sealed class InfrastructureProgramFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => name is "cdk.json" or "Pulumi.yaml" or "Pulumi.yml" or "cdktf.json";

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "it describes what the cloud runs"));
        var scope = new Scope(file.Folder);
        if (file.Name is "cdk.json" or "cdktf.json")
        {
            found.AddCommand(JsonReader.Read(file.Path, file.Text).Root?["app"], "app:", context, scope, file.Path);
            return;
        }

        var root = YamlReader.Read(file.Path, file.Text).Root;
        var folder = root?["main"]?.Text ?? ".";
        var runtime = root?["runtime"]?.Text ?? root?.At("runtime", "name")?.Text;
        var program = runtime switch { "nodejs" => $"node ./{folder}/index.ts", "python" => $"python ./{folder}/__main__.py", _ => null };
        if (program is not null)
        {
            found.Add(SourceText.OnLine(file.Path, folder.EndsWith(".ts", StringComparison.Ordinal) ? $"node ./{folder}" : program,
                root?["runtime"]?.Line ?? 1), "runtime:", context, scope);
        }
    }
}
