using System.Globalization;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Starter;

namespace DbGate.Gates.Steps;

/// <summary>
/// Asks for the values that production needs, checks each against the server, and writes them where only this project finds them. Changes
/// nothing in the database.
/// </summary>
sealed class SetupStep : IStep
{
    const string Variable = "DATABASE_URL_PROD";

    /// <summary>This run names no environment; what it prints is for production.</summary>
    static readonly CommandScope ForProduction = new([("environment", "production")]);

    const int Tries = 3;
    const int MostConnections = 100;
    static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("setup") with
    {
        LeavesReport = false,
        IsAboutProduction = true,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var root = context.Settings.Root;
        var prompt = context.Services.Prompt
            ?? throw new GateException(StarterProblems.SetupStopped(
                "setup asks on a terminal, and this is none", $"Run it on a terminal, or write {ProductionFile.Name} by hand"));
        if (Path.Exists(Path.Combine(root, ProductionFile.Name)))
        {
            throw new GateException(
                StarterProblems.SetupStopped($"{ProductionFile.Name} exists already", "Edit it, or move it away and run it again"));
        }

        var facts = new List<Fact>();
        var values = new List<(string Name, string Value)>();
        var asking = new Asking(prompt, cancellationToken);
        var variable = context.Settings.Get(DatabaseSettings.DatabaseUrlVariable) is { Length: > 0 } own ? own : Variable;
        var isOfDotNet = variable.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase);
        var (url, server) = await asking.AskAsync(
            $"{variable}, the {(isOfDotNet ? "connection string" : "URL")} of the production database: ", isSecret: true, "",
            text => ConnectAsync(text, variable, cancellationToken));
        values.Add((
            variable,
            isOfDotNet && !PostgresUrl.IsConnectionString(url) ? PostgresUrl.Parse(url, variable).ToConnectionString() : url));
        facts.Add(new Fact("database", server.Words));
        if (server.IsPooled)
        {
            var (direct, other) = await asking.AskAsync(
                "DIRECT_URL, the same database without the pooler: ", isSecret: true, "",
                text => ConnectDirectAsync(text, variable, server, cancellationToken));
            values.Add(("DIRECT_URL", direct));
            facts.Add(new Fact("direct", other.Words));
        }

        var (limit, _) = await asking.AskAsync(
            $"DATABASE_MAX_CONNECTIONS, the application's connection limit [{Math.Min(20, server.MaxConnections)}]: ", isSecret: false,
            $"{Math.Min(20, server.MaxConnections)}",
            text => Whole(text, 1, Math.Min(MostConnections, server.MaxConnections), $"the server allows {server.MaxConnections}"));
        values.Add(("DATABASE_MAX_CONNECTIONS", limit));
        var (days, _) = await asking.AskAsync(
            "BACKUP_RETENTION_DAYS, how many days backups are kept [30]: ", isSecret: false, "30", text => Whole(text, 1, 3650, "days"));
        values.AddRange([("BACKUP_ENABLED", "true"), ("BACKUP_RETENTION_DAYS", days)]);
        var (ready, answer) = await asking.AskAsync(
            "READY_URL, the address of the application's /ready [none]: ", isSecret: false, "",
            text => ReadyAsync(text, cancellationToken));
        facts.Add(new Fact("readiness", answer));
        if (ready.Length > 0)
        {
            values.Add(("READY_URL", ready));
        }

        var ignored = StarterFolder.Ignore(root);
        ProductionFile.Write(root, values);
        return new StepResult
        {
            Summary = $"{ProductionFile.Name} written: {values.Count} values, readable by you only",
            Facts =
            [
                .. facts,
                new Fact(".gitignore", ignored),
                .. await DryRunAsync(root, cancellationToken),
                new Fact("next", "commit the files that init wrote; then, once, prove a backup, and release")
                {
                    Commands =
                    [
                        FixCommand.Gate("backup", ("environment", "production")),
                        FixCommand.Gate("restore-test", ("environment", "production")),
                        FixCommand.Gate("release", ("environment", "production")),
                    ],
                },
            ],
        };
    }

    /// <summary>What a release finds now, as its dry run shows it.</summary>
    static async Task<IReadOnlyList<Fact>> DryRunAsync(string root, CancellationToken cancellationToken)
    {
        var input = GateInput.OfProcess(
            new Dictionary<string, string> { ["environment"] = "production", ["project"] = root }, root);
        var steps = TaskCatalog.Order(["release"]).Select(task => task.Step?.Invoke()).OfType<IStep>().ToArray();
        var previews = await Previews.ReadAsync(input, steps, cancellationToken);
        return
        [
            .. previews.Where(preview => preview.Found is not null)
                .Select(preview => new Fact($"dry run: {preview.Step.Name}", preview.Found!.Summary)),
            .. previews.SelectMany(preview => preview.Found?.AllProblems ?? [])
                .Where(problem => problem.IsBlocking)
                .DistinctBy(problem => (problem.Code, problem.Message))
                .Select(problem => new Fact("would block", $"{problem.Code.Id} {problem.Message}")
                {
                    Commands = [.. problem.Fix?.For(ForProduction).Commands ?? []],
                }),
        ];
    }

    static async Task<(string Text, Server Found)> ConnectAsync(string text, string variable, CancellationToken cancellationToken)
    {
        var url = PostgresUrl.Parse(text, variable);
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        var identity = await session.ScalarAsync<string>(
            "select (select system_identifier from pg_control_system()) || '/' || (select oid from pg_database where datname = "
                + "current_database())", cancellationToken);
        var most = await session.ScalarAsync<int>("select setting::int from pg_settings where name = 'max_connections'", cancellationToken);
        var version = await session.ScalarAsync<string>("show server_version", cancellationToken);
        var isEncrypted = await session.ScalarAsync<bool>(
            "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)", cancellationToken);
        var isPooled = Pooler.ByUrl(url) is not null || await Pooler.ByAskingAsync(session, cancellationToken) is not null;
        return (text, new Server(
            $"{url.Database} on {url.Host}, PostgreSQL {version}, "
                + (isEncrypted ? "encrypted" : "not encrypted: production blocks; add sslmode=require")
                + (isPooled ? ", through a pooler" : ""),
            identity ?? "", most, isPooled));
    }

    static async Task<(string Text, Server Found)> ConnectDirectAsync(
        string text, string variable, Server pooled, CancellationToken cancellationToken)
    {
        var (own, found) = await ConnectAsync(text, "DIRECT_URL", cancellationToken);
        return found.Identity != pooled.Identity ? throw new FormatException($"it leads to another database than {variable}")
            : found.IsPooled ? throw new FormatException("it leads to a pooler, too")
            : (own, found);
    }

    static Task<(string Text, string Found)> Whole(string text, int least, int most, string why) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? Task.FromResult((text, text))
            : throw new FormatException($"it takes a number from {least} to {most} ({why})");

    static async Task<(string Text, string Found)> ReadyAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
        {
            return ("", "not asked: set READY_URL later");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new FormatException("it takes an address that begins with http:// or https://");
        }

        using var client = new HttpClient { Timeout = ReadyDeadline };
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (text, $"{address.Host} answers {(int)response.StatusCode}");
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (text, $"{address.Host} does not answer yet; it has to after the deploy");
        }
    }

    /// <summary>What an answer led to.</summary>
    sealed record Server(string Words, string Identity, int MaxConnections, bool IsPooled);

    /// <summary>Asks until an answer holds, three times at most.</summary>
    sealed class Asking(IPrompt prompt, CancellationToken cancellationToken)
    {
        public async Task<(string Text, T Found)> AskAsync<T>(
            string question, bool isSecret, string whenEmpty, Func<string, Task<(string, T)>> check)
        {
            var wrong = "";
            for (var tries = 0; tries < Tries; tries++)
            {
                var asked = wrong + question;
                var typed = await (isSecret ? prompt.AskSecretAsync(asked, cancellationToken) : prompt.AskAsync(asked, cancellationToken))
                    ?? throw new GateException(StarterProblems.SetupStopped("no answer came", "Run it again; nothing was written"));
                try
                {
                    return await check(typed.Trim().Length == 0 ? whenEmpty : typed.Trim());
                }
                catch (GateException exception)
                {
                    wrong = $"{exception.Problem.Message}\n";
                }
                catch (PostgresFault fault)
                {
                    wrong = $"{fault.MessageText}\n";
                }
                catch (FormatException exception)
                {
                    wrong = $"{exception.Message}\n";
                }
            }

            throw new GateException(StarterProblems.SetupStopped(
                $"{question.Split(',')[0]}: {wrong.TrimEnd()}", "Correct the value and run it again; nothing was written"));
        }
    }
}
