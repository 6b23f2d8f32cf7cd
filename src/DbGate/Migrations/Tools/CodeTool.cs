namespace DbGate.Migrations.Tools;

/// <summary>A tool whose migrations are code: the SQL is made when they run.</summary>
abstract class CodeTool : FileTool
{
    /// <inheritdoc/>
    protected override bool IsSql(string file) => false;

    /// <inheritdoc/>
    protected override bool IsIgnored(string file) => true;
}
