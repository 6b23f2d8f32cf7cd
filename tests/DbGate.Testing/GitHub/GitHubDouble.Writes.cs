using System.Text.Json.Nodes;
using DbGate.Testing.Http;

namespace DbGate.Testing.GitHub;

/// <summary>The writes, with GitHub's limits.</summary>
public sealed partial class GitHubDouble
{
    const int LongestText = 65_535;
    const int LongestDescription = 140;
    const int LongestTitle = 255;
    const int LongestProtectionComment = 1_024;
    const int MostAnnotations = 50;

    bool CreateCheck(HttpExchange exchange, JsonObject body)
    {
        if (Reject(body["output"]) is { } reason)
        {
            return Say(exchange, 422, Message(reason));
        }

        var id = ++lastId;
        var output = body["output"]?.DeepClone().AsObject() ?? [];
        Annotations[id] = Take(output);
        output["annotations_count"] = Annotations[id].Count;
        CheckRuns.Add(new JsonObject
        {
            ["id"] = id,
            ["name"] = Text(body, "name"),
            ["head_sha"] = Text(body, "head_sha"),
            ["external_id"] = Text(body, "external_id"),
            ["status"] = Text(body, "status"),
            ["conclusion"] = Text(body, "conclusion"),
            ["details_url"] = Text(body, "details_url"),
            ["started_at"] = Now,
            ["completed_at"] = Now,
            ["output"] = output,
            ["pull_requests"] = new JsonArray(),
        });
        return Say(exchange, 201, CheckRuns[^1]);
    }

    bool UpdateCheck(HttpExchange exchange, JsonObject body, string id)
    {
        if (Found(CheckRuns, id) is not { } check)
        {
            return Say(exchange, 404, Message("Not Found"));
        }

        if (Reject(body["output"]) is { } reason)
        {
            return Say(exchange, 422, Message(reason));
        }

        foreach (var name in new[] { "external_id", "status", "conclusion", "details_url" }.Where(name => body[name] is JsonValue))
        {
            check[name] = Text(body, name);
        }

        if (body["output"] is JsonObject update)
        {
            var output = update.DeepClone().AsObject();
            Annotations[Number(id)].AddRange(Take(output));
            output["annotations_count"] = Annotations[Number(id)].Count;
            check["output"] = output;
        }

        return Say(exchange, 200, check);
    }

    /// <summary>A check run of Actions itself, which waits, comes first: Octokit's model does not know its state.</summary>
    bool SayChecks(HttpExchange exchange, string sha)
    {
        JsonObject[] runs =
        [
            new() { ["id"] = 1, ["name"] = exchange.Query.GetValueOrDefault("check_name", "deploy"), ["head_sha"] = sha,
                ["external_id"] = "", ["status"] = "waiting", ["conclusion"] = null, ["started_at"] = null,
                ["output"] = new JsonObject { ["annotations_count"] = 0 }, ["pull_requests"] = new JsonArray() },
            .. CheckRuns.Where(check => check["head_sha"]!.GetValue<string>() == sha && Is(check, exchange, "name")),
        ];
        return Say(
            exchange, 200,
            new JsonObject { ["total_count"] = runs.Length, ["check_runs"] = new JsonArray([.. runs.Select(run => run.DeepClone())]) });
    }

    bool CreateStatus(HttpExchange exchange, JsonObject body, string sha)
    {
        if (Length(body, "context") > LongestTitle)
        {
            return Say(exchange, 422, Message("Validation Failed: context is too long (maximum is 255 characters)"));
        }

        if (Length(body, "description") > LongestDescription)
        {
            return Say(exchange, 422, Message("Validation Failed: description is too long (maximum is 140 characters)"));
        }

        Statuses.Add(
            With(
                body, ("id", ++lastId), ("sha", sha), ("created_at", Now), ("updated_at", Now),
                ("creator", User(Account.Login, Account.Type))));
        return Say(exchange, 201, Statuses[^1]);
    }

    /// <summary>The newest status of each context.</summary>
    bool SayCombinedStatus(HttpExchange exchange, string sha)
    {
        var newest =
            Statuses.Where(status => Text(status, "sha") == sha)
                .GroupBy(status => Text(status, "context"))
                .Select(group => group.Last())
                .ToArray();
        var (size, page) =
            ((int)Number(exchange.Query.GetValueOrDefault("per_page", "30")), (int)Number(exchange.Query.GetValueOrDefault("page", "1")));
        return Say(exchange, 200, new JsonObject
        {
            ["state"] = newest.Any(status => Text(status, "state") != "success") ? "failure" : "success",
            ["sha"] = sha,
            ["total_count"] = newest.Length,
            ["statuses"] = new JsonArray([.. newest.Skip((page - 1) * size).Take(size).Select(status => status.DeepClone())]),
        });
    }

    bool CreateDeploymentStatus(HttpExchange exchange, JsonObject body, string id)
    {
        if (Length(body, "description") > LongestDescription)
        {
            return Say(exchange, 422, Message("Validation Failed"));
        }

        DeploymentStatuses[Number(id)].Add(With(body, ("id", ++lastId), ("created_at", Now), ("updated_at", Now)));
        return Say(exchange, 201, DeploymentStatuses[Number(id)][^1]);
    }

    bool CreateComment(HttpExchange exchange, JsonObject body)
    {
        if (Length(body, "body") > LongestText)
        {
            return Say(exchange, 422, Message("Body is too long (maximum is 65536 characters)"));
        }

        Comments.Add(With(body, ("id", ++lastId), ("created_at", Now), ("updated_at", Now), ("user", User(Account.Login, Account.Type))));
        return Say(exchange, 201, Comments[^1]);
    }

    bool UpdateComment(HttpExchange exchange, JsonObject body, string id)
    {
        if (Length(body, "body") > LongestText || Found(Comments, id) is not { } comment)
        {
            return Say(exchange, 422, Message("Body is too long (maximum is 65536 characters)"));
        }

        comment["body"] = Text(body, "body");
        return Say(exchange, 200, comment);
    }

    bool CreateIssue(HttpExchange exchange, JsonObject body)
    {
        if (Length(body, "body") > LongestText || Length(body, "title") > LongestTitle + 1)
        {
            return Say(exchange, 422, Message("Validation Failed"));
        }

        var labels =
            new JsonArray(
                [.. body["labels"]?.AsArray().Select(label => new JsonObject { ["id"] = 5, ["name"] = label!.GetValue<string>() }) ?? []]);
        Issues.Add(
            With(
                body, ("id", ++lastId), ("number", Issues.Count + 1L), ("state", "open"), ("labels", labels), ("created_at", Now),
                ("closed_at", null), ("user", User(Account.Login, Account.Type))));
        return Say(exchange, 201, Issues[^1]);
    }

    bool UpdateIssue(HttpExchange exchange, JsonObject body, string number)
    {
        if (Issues.FirstOrDefault(issue => issue["number"]!.GetValue<long>() == Number(number)) is not { } issue)
        {
            return Say(exchange, 404, Message("Not Found"));
        }

        foreach (var name in new[] { "state", "body", "title", "state_reason" }.Where(body.ContainsKey))
        {
            issue[name] = Text(body, name);
        }

        issue["closed_at"] = Text(issue, "state") == "closed" ? Now : null;
        return Say(exchange, 200, issue);
    }

    /// <summary>A rule is answered once; after that nothing waits any more.</summary>
    bool AnswerProtection(HttpExchange exchange, JsonObject body)
    {
        if (Length(body, "comment") > LongestProtectionComment || ProtectionAnswers.Count > 0)
        {
            return Say(exchange, 422, Message(ProtectionAnswers.Count > 0 ? "No pending deployment" : "comment is too long"));
        }

        ProtectionAnswers.Add(body.DeepClone().AsObject());
        exchange.Answer(204);
        return true;
    }

    static string? Reject(JsonNode? output) => output is not JsonObject shown ? null
        : Length(shown, "summary") > LongestText || Length(shown, "text") > LongestText ? "Only 65535 characters are allowed"
        : Length(shown, "title") > LongestTitle ? "title is too long"
        : shown["annotations"]?.AsArray() is not { } annotations ? null
        : annotations.Count > MostAnnotations ? "No more than 50 items are allowed"
        : annotations.Any(one => one!["start_column"] is not null
            && one["start_line"]!.GetValue<int>() != one["end_line"]!.GetValue<int>()) ? "start_column on several lines"
        : null;

    static List<JsonObject> Take(JsonObject output)
    {
        var annotations = output["annotations"]?.AsArray().Select(one => one!.DeepClone().AsObject()).ToList() ?? [];
        output.Remove("annotations");
        return annotations;
    }

    static JsonObject With(JsonObject body, params (string Name, JsonNode? Value)[] members)
    {
        var made = body.DeepClone().AsObject();
        foreach (var (name, value) in members)
        {
            made[name] = value;
        }

        return made;
    }

    static string? Text(JsonObject body, string name) => body[name]?.GetValue<string>();

    static int Length(JsonObject body, string name) => Text(body, name)?.Length ?? 0;
}
