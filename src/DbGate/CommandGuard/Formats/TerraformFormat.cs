using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Following;

namespace DbGate.CommandGuard.Formats;

/// <summary>Terraform, OpenTofu and Nomad: containers, provisioners and start-up scripts.</summary>
sealed class TerraformFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) =>
        name.EndsWith(".tf", StringComparison.Ordinal) || name.EndsWith(".tofu", StringComparison.Ordinal)
            || name.EndsWith(".nomad", StringComparison.Ordinal) || name.EndsWith(".nomad.hcl", StringComparison.Ordinal)
            || name.EndsWith(".tf.json", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "the infrastructure runs it"));
        var root = file.Name.EndsWith(".json", StringComparison.Ordinal) ? JsonReader.Read(file.Path, file.Text).Root
            : HclReader.Read(file.Path, file.Text);
        if (root is not null)
        {
            ContainerTree.Collect(file, root, context, found);
        }
    }
}
