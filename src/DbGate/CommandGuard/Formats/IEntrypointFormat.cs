using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>A kind of file that states what is run: one class per format.</summary>
interface IEntrypointFormat
{
    /// <summary>True when the file's name is this format's.</summary>
    bool Reads(string file, string name);

    /// <summary>True when its commands start services, and so the application.</summary>
    bool StartsServices => false;

    /// <summary>What the file runs and which variables it sets.</summary>
    void Collect(SourceFile file, Findings found);
}

/// <summary>A file that is being read.</summary>
sealed record SourceFile(string Path, string Text, Repository Repository, Packages Packages, PathClassifier PathClassifier, Images Images)
{
    public string Name => RepositoryPath.Name(Path);

    public string Folder => RepositoryPath.Folder(Path);
}

/// <summary>Gathers what formats find.</summary>
sealed class Findings
{
    public List<Entrypoint> Entrypoints { get; } = [];

    public List<Setting> Settings { get; } = [];

    public List<UnreadableFile> Unreadable { get; } = [];

    public List<NotFollowed> NotFollowed { get; } = [];

    /// <summary>Files that are used as something whatever their name is.</summary>
    public List<FileUse> Uses { get; } = [];

    /// <summary>An image that is built from a Dockerfile in a folder.</summary>
    public void UseImage(SourceFile file, string dockerfile, string folder, string? stage, ContextJudgement context, int line, string text)
    {
        if (RepositoryPath.Resolve(folder, dockerfile) is { } path && !dockerfile.Contains('$', StringComparison.Ordinal)
            && !dockerfile.Contains("://", StringComparison.Ordinal))
        {
            file.Images.Built(path, folder, context.Class is PathClass.Development or PathClass.Ignored ? null : stage);
            Uses.Add(new FileUse(path, FileRole.Dockerfile, new CallSite(new Problems.SourceLocation(file.Path, line), text),
                context) { Stage = stage, BuildFolder = folder });
        }
    }

    /// <summary>The file of the repository that a path in a file means.</summary>
    public static string? Resolved(SourceFile file, string path)
    {
        path = path[(path.LastIndexOf(Shell.Argument.Unknown) + 1)..].TrimStart('/');
        return ((string?[])[RepositoryPath.Resolve(file.Folder, path), RepositoryPath.Resolve("", path)])
            .FirstOrDefault(candidate => candidate is not null && file.Repository.Contains(candidate));
    }

    public void Add(SourceText text, string label, ContextJudgement context, Scope scope) =>
        Entrypoints.Add(new Entrypoint(new Frame(text, label), context, scope));

    /// <summary>A command that is a text for a shell, or an array of arguments.</summary>
    public void AddCommand(DataNode? node, string label, ContextJudgement context, Scope scope, string file)
    {
        if (node?.Scalar is { } text)
        {
            Add(text, label, context, scope);
        }
        else if (node?.Items is { Count: > 0 } items && items.All(item => item.Scalar is not null))
        {
            Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file, "", items[0].Line), label), context, scope)
            {
                Arguments = [.. items.Select(item => new Shell.Argument(item.Text!))],
            });
        }
    }

    /// <summary>Literal variables of a mapping, or of a list of <c>NAME=value</c> or of <c>name</c>/<c>value</c> pairs.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AddVariables(DataNode? node, ContextJudgement context, string file)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (var member in node?.Children ?? [])
        {
            Variable(member.Name, member.Value.Text ?? member.Value["value"]?.Text ?? member.Value["default"]?.Text, member.Line);
        }

        foreach (var item in node?.Items ?? [])
        {
            if (item.Text?.Split('=', 2) is [var name, var value])
            {
                Variable(name, value, item.Line);
            }
            else if ((item["name"] ?? item["key"] ?? item["variable"])?.Text is { } key)
            {
                Variable(key, item["value"]?.Text, item["value"]?.Line ?? item.Line);
            }
        }

        return variables;

        void Variable(string name, string? value, int line)
        {
            if (value is not null)
            {
                variables.Add(new KeyValuePair<string, string>(name, value));
                if (Flags.IsFlag(name))
                {
                    Settings.Add(new Setting(name, value, file, line, context));
                }
            }
        }
    }
}
