using DbGate.Configuration;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Statements;

namespace DbGate.Migrations.Deploy;

/// <summary>Runs the project's own command, which may be any migration tool's. It gets the direct URL by its environment.</summary>
sealed class CommandEngine(string command, MigrationTool? tool = null, IReadOnlyList<TargetVariable>? variables = null) : IDeployEngine
{
    readonly IReadOnlyList<string> words = CommandLineSplitter.Split(command);

    readonly MigrationTool tool = tool ?? MigrationToolCatalog.Default;

    public string Name => $"{tool.Facts.Id} engine: {command}";

    public bool HasOwnSession => false;

    public TransactionRule Transactions => TransactionRule.PerStatement;

    public async Task PrepareAsync(IReadOnlyList<Migration> pending, CancellationToken cancellationToken)
    {
        foreach (var migration in pending.Where(one => one.HasSql))
        {
            SqlScript script;
            try
            {
                script = await migration.SplitAsync(cancellationToken);
            }
            catch (GateException exception) when (exception.Problem.Code.ExitCode != ExitCode.Stale)
            {
                continue; // The tool may apply what the splitter refuses.
            }

            FileRules.Demand(script, isRaw: tool.SendsFilesRaw);
        }
    }

    public async Task<DeployOutcome> DeployAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var child = new ChildCommand(CommandLineSplitter.ProgramIn(words[0], request.Root), [.. words.Skip(1)])
        {
            EnvironmentBase = EnvironmentBase.Inherited,
            Environment = new Dictionary<string, string?>(
                WithheldVariables.Names.Select(name => KeyValuePair.Create(name, (string?)null)).Concat(tool.Variables)),
            Secrets = [.. request.Url.Secrets, .. request.Secrets],
            WorkingDirectory = request.Root,
            Deadline = request.Deadline,
            Grace = TimeSpan.FromSeconds(5),
            OnLine = request.OnLine is { } hear ? line => hear(line.Text) : null,
        };
        child = child with { Environment = WithTarget(child.Environment, request) };
        try
        {
            var outcome = await ChildProcess.RunAsync(child, cancellationToken);
            var words =
                string.Join('\n', new[] { outcome.StandardOutput.Trim(), outcome.StandardError.Trim() }.Where(text => text.Length > 0));
            return new DeployOutcome(words, outcome.Succeeded ? null : $"exit code {outcome.ExitCode}: {LastLines(words)}", []);
        }
        catch (GateException exception)
        {
            return new DeployOutcome("", exception.Problem.Message + (exception.Problem.Cause is { } cause ? $": {cause}" : ""), [])
            {
                HasStarted = exception.Problem.Code != ProcessProblems.NotStarted,
            };
        }
    }

    /// <summary>Adds the address of the target in the forms that the tool reads.</summary>
    Dictionary<string, string?> WithTarget(IReadOnlyDictionary<string, string?> own, DeployRequest request)
    {
        var (url, onlyUrls) = (request.Url, tool.ReadsOnlyUrls);
        var environment = new Dictionary<string, string?>(own);
        foreach (var (name, value) in request.Environment)
        {
            environment[name] = value;
        }

        var complete = new Dictionary<string, string?>(onlyUrls ? environment : ToolVariables.Add(environment, url));
        foreach (var variable in variables ?? TargetVariable.Default)
        {
            complete[variable.Name] = onlyUrls ? url.Reveal() : variable.Write(url);
        }

        return complete;
    }

    static string LastLines(string words) =>
        string.Join('\n', words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(8));
}
