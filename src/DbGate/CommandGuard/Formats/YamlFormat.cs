using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Formats;

/// <summary>A format that is YAML: parses it, and reports what cannot be parsed.</summary>
abstract class YamlFormat : IEntrypointFormat
{
    public virtual bool StartsServices => false;

    public abstract bool Reads(string file, string name);

    public void Collect(SourceFile file, Findings found)
    {
        var documents = YamlReader.Read(file.Path, file.Text);
        if (documents.Fault is { } fault)
        {
            var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, ""));
            found.Unreadable.Add(new UnreadableFile(new SourceLocation(file.Path, documents.FaultLine), fault,
                context.Class is PathClass.Production or PathClass.Unknown));
        }

        foreach (var root in documents.Roots)
        {
            Collect(file, root, found);
        }
    }

    protected abstract void Collect(SourceFile file, DataNode root, Findings found);
}
