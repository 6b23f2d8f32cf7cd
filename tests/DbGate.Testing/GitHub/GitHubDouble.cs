using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DbGate.Testing.Http;

namespace DbGate.Testing.GitHub;

/// <summary>
/// GitHub's API for one repository, with a memory: what is written can be read again, in the shapes that GitHub answers. It enforces the
/// limits that GitHub enforces (422), and can be told to misbehave. That its requests are GitHub's is what <see cref="Prism"/> checks.
/// </summary>
public sealed partial class GitHubDouble : IAsyncDisposable
{
    public const string Repository = "acme/shop";
    public const string Token = "ghs_0123456789abcdef";
    public const string Bot = "github-actions[bot]";

    readonly HttpDouble server;
    readonly string prefix;
    long lastId = 1000;

    /// <param name="prefix">Where the API begins: empty as on github.com, <c>/api/v3</c> as on an Enterprise Server.</param>
    public GitHubDouble(string prefix = "")
    {
        this.prefix = prefix;
        server = new HttpDouble(Handle);
    }

    /// <summary>What <c>GITHUB_API_URL</c> would be.</summary>
    public string ApiUrl => server.Url.ToString().TrimEnd('/') + prefix;

    /// <summary>Every request, also those that were answered by a fault or not at all.</summary>
    public IReadOnlyList<HttpExchange> Seen => server.Seen;

    public List<JsonObject> CheckRuns { get; } = [];

    /// <summary>Every annotation of a check run, by its number.</summary>
    public Dictionary<long, List<JsonObject>> Annotations { get; } = [];

    public List<JsonObject> Statuses { get; } = [];

    public List<JsonObject> Deployments { get; } = [];

    public Dictionary<long, List<JsonObject>> DeploymentStatuses { get; } = [];

    public List<JsonObject> Comments { get; } = [];

    public List<JsonObject> Issues { get; } = [];

    /// <summary>The pull requests of every commit.</summary>
    public List<JsonObject> Pulls { get; } = [];

    public List<JsonObject> Reviews { get; } = [];

    public Dictionary<string, JsonObject> Environments { get; } = [];

    /// <summary>Who started each attempt of the run.</summary>
    public Dictionary<int, string> Attempts { get; } = [];

    public List<JsonObject> ProtectionAnswers { get; } = [];

    /// <summary>Whose comments and issues this token writes; a workflow's token is a bot's.</summary>
    public (string Login, string Type) Account { get; set; } = (Bot, "Bot");

    /// <summary>Parts of the API that this token may not use, by a word of their path.</summary>
    public HashSet<string> Forbidden { get; } = [];

    /// <summary>Runs after each write: a test can stop a run there.</summary>
    public Action<HttpExchange>? AfterWrite { get; set; }

    public void Inject(Fault fault, Func<HttpExchange, bool> at, int times = 1) => server.Inject(fault, at, times);

    /// <summary>Misbehaves no more.</summary>
    public void Recover() => server.Recover();

    /// <summary>A deployment as a job with an environment makes it.</summary>
    /// <param name="sha">Its commit.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="runId">The job's run.</param>
    /// <param name="steps">Its states with their times.</param>
    public long AddDeployment(string sha, string environment, long runId, params (string State, DateTimeOffset At)[] steps)
    {
        var id = ++lastId;
        Deployments.Add(new JsonObject
        {
            ["id"] = id,
            ["node_id"] = "x",
            ["sha"] = sha,
            ["environment"] = environment,
            ["payload"] = new JsonObject { ["nested"] = new JsonObject { ["breaks"] = "Octokit's model" } },
            ["created_at"] = Time(steps[0].At),
        });
        DeploymentStatuses[id] =
        [
            .. steps.Select(step => new JsonObject
            {
                ["id"] = ++lastId,
                ["state"] = step.State,
                ["description"] = "",
                ["log_url"] = $"https://github.com/{Repository}/actions/runs/{runId}/job/77",
                ["created_at"] = Time(step.At),
            }),
        ];
        return id;
    }

    /// <summary>A status that GitHub gives a deployment by itself.</summary>
    public void AddDeploymentStatus(long deployment, long runId, string state, DateTimeOffset at) =>
        DeploymentStatuses[deployment].Add(new JsonObject
    {
        ["id"] = ++lastId,
        ["state"] = state,
        ["description"] = "",
        ["log_url"] = $"https://github.com/{Repository}/actions/runs/{runId}/job/77",
        ["created_at"] = Time(at),
    });

    public void AddReview(string login, string state, string comment, params string[] environments) => Reviews.Add(new JsonObject
    {
        ["environments"] = new JsonArray(
            [.. environments.Select(name =>
                new JsonObject { ["id"] = ++lastId, ["name"] = name, ["created_at"] = Time(DateTimeOffset.UnixEpoch),
                    ["updated_at"] = Time(DateTimeOffset.UnixEpoch) })]),
        ["state"] = state,
        ["user"] = User(login, "User"),
        ["comment"] = comment,
    });

    /// <summary>An environment that one of these must review.</summary>
    public void AddEnvironment(string name, bool preventsSelfReview, params string[] reviewers) => Environments[name] = new JsonObject
    {
        ["id"] = ++lastId,
        ["name"] = name,
        ["protection_rules"] = new JsonArray(
            new JsonObject { ["id"] = ++lastId, ["type"] = "branch_policy" },
            new JsonObject
            {
                ["id"] = ++lastId,
                ["type"] = "required_reviewers",
                ["prevent_self_review"] = preventsSelfReview,
                ["reviewers"] = new JsonArray([.. reviewers.Select(Reviewer)]),
            }),
    };

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static JsonObject Reviewer(string name) => name.StartsWith("team:", StringComparison.Ordinal)
        ? new JsonObject { ["type"] = "Team", ["reviewer"] = new JsonObject { ["id"] = 9, ["slug"] = name[5..], ["name"] = name[5..] } }
        : new JsonObject { ["type"] = "User", ["reviewer"] = User(name, "User") };

    void Handle(HttpExchange exchange)
    {
        lock (server)
        {
            Answer(exchange);
            if (exchange.Method != "GET" && exchange.Status is >= 200 and < 300)
            {
                AfterWrite?.Invoke(exchange);
            }
        }
    }

    void Answer(HttpExchange exchange)
    {
        if (exchange.Header("Authorization")?.EndsWith(" " + Token, StringComparison.Ordinal) != true)
        {
            Say(exchange, 401, Message("Bad credentials"));
        }
        else if (!exchange.Path.StartsWith(prefix, StringComparison.Ordinal)
            || Forbidden.Any(word => exchange.Path.Contains(word, StringComparison.Ordinal))
            || !Allows(exchange))
        {
            Say(exchange, 403, Message("Resource not accessible by integration"));
        }
        else
        {
            Route(exchange, exchange.Path[prefix.Length..], exchange.Body.Length == 0 ? [] : JsonNode.Parse(exchange.Body)!.AsObject());
        }
    }

    void Route(HttpExchange exchange, string path, JsonObject body)
    {
        var (method, root) = (exchange.Method, $"/repos/{Repository}/");
        if (path == "/user")
        {
            Say(exchange, Account.Type == "Bot" ? 403 : 200,
                Account.Type == "Bot" ? Message("Resource not accessible by integration") : User(Account.Login, Account.Type));
            return;
        }

        if (!path.StartsWith(root, StringComparison.Ordinal))
        {
            Say(exchange, 404, Message("Not Found"));
            return;
        }

        var parts = path[root.Length..].Split('/');
        _ = (method, parts) switch
        {
            ("POST", ["check-runs"]) => CreateCheck(exchange, body),
            ("PATCH", ["check-runs", var id]) => UpdateCheck(exchange, body, id),
            ("GET", ["check-runs", var id]) => Say(exchange, 200, Found(CheckRuns, id)),
            ("GET", ["commits", var sha, "check-runs"]) => SayChecks(exchange, sha),
            ("POST", ["statuses", var sha]) => CreateStatus(exchange, body, sha),
            ("GET", ["commits", var sha, "status"]) => SayCombinedStatus(exchange, sha),
            ("GET", ["commits", _, "statuses"]) => SayPage(exchange, Statuses.AsEnumerable().Reverse()),
            ("GET", ["commits", _, "pulls"]) => SayPage(exchange, Pulls),
            ("GET", ["deployments"]) => SayPage(
                exchange, Deployments.Where(one => Is(one, exchange, "sha") && Is(one, exchange, "environment"))),
            ("GET", ["deployments", var id, "statuses"]) => SayPage(exchange, DeploymentStatuses[Number(id)].AsEnumerable().Reverse()),
            ("POST", ["deployments", var id, "statuses"]) => CreateDeploymentStatus(exchange, body, id),
            ("GET", ["issues"]) => SayPage(
                exchange,
                Issues.Where(issue => issue["labels"]!.AsArray()
                    .Any(label => label!["name"]!.GetValue<string>() == exchange.Query["labels"]))),
            ("POST", ["issues"]) => CreateIssue(exchange, body),
            ("PATCH", ["issues", var number]) => UpdateIssue(exchange, body, number),
            ("GET", ["issues", _, "comments"]) => SayPage(exchange, Comments),
            ("POST", ["issues", _, "comments"]) => CreateComment(exchange, body),
            ("PATCH", ["issues", "comments", var id]) => UpdateComment(exchange, body, id),
            ("GET", ["actions", "runs", _, "approvals"]) => Say(
                exchange, 200, new JsonArray([.. Reviews.Select(review => review.DeepClone())])),
            ("GET", ["actions", "runs", _, "attempts", var attempt]) when Attempts.TryGetValue((int)Number(attempt), out var login) =>
                Say(exchange, 200, new JsonObject { ["run_attempt"] = Number(attempt), ["triggering_actor"] = User(login, "User") }),
            ("POST", ["actions", "runs", _, "deployment_protection_rule"]) => AnswerProtection(exchange, body),
            ("GET", ["environments", var name]) when Environments.TryGetValue(name, out var environment) => Say(exchange, 200, environment),
            _ => Say(exchange, 404, Message("Not Found")),
        };
    }

    static bool Is(JsonObject one, HttpExchange exchange, string name) =>
        !exchange.Query.TryGetValue(name, out var wanted) || one[name]!.GetValue<string>() == wanted;

    static bool SayPage(HttpExchange exchange, IEnumerable<JsonObject> items)
    {
        var size = exchange.Query.TryGetValue("per_page", out var text) ? (int)Number(text) : 30;
        var page = exchange.Query.TryGetValue("page", out text) ? (int)Number(text) : 1;
        var all = items.ToArray();
        if (page * size < all.Length)
        {
            var next = $"http://{exchange.Header("Host")}{exchange.RawPath}?{PageNumber().Replace(exchange.RawQuery, "")}&page={page + 1}";
            exchange.AnswerHeaders["Link"] = $"<{next.Replace("?&", "?", StringComparison.Ordinal)}>; rel=\"next\"";
        }

        return Say(exchange, 200, new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(item => item.DeepClone())]));
    }

    static bool Say(HttpExchange exchange, int status, JsonNode? body)
    {
        exchange.Answer(
            body is null && status != 204 ? 404 : status, body?.ToJsonString(JsonSerializerOptions.Default) ?? "",
            "application/json; charset=utf-8");
        return true;
    }

    static JsonObject Message(string text) => new() { ["message"] = text, ["documentation_url"] = "https://docs.github.com/rest" };

    static JsonObject User(string login, string type) => new() { ["login"] = login, ["id"] = login.Length, ["type"] = type };

    static JsonObject? Found(List<JsonObject> all, string id) => all.FirstOrDefault(one => one["id"]!.GetValue<long>() == Number(id));

    static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    static string Now => Time(DateTimeOffset.UtcNow);

    [GeneratedRegex("&?page=[0-9]+")]
    private static partial Regex PageNumber();
}
