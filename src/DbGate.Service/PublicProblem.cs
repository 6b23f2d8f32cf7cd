using DbGate.Problems;
using Microsoft.AspNetCore.Http;

namespace DbGate.Service;

/// <summary>
/// A problem as it is told outside: its number, its title and what to do. No cause, no message: those may name hosts, users or SQL.
/// </summary>
/// <param name="Code">Such as <c>DBG0611</c>.</param>
/// <param name="Error">The kind of problem.</param>
/// <param name="Fix">What to do; null when the number is enough.</param>
sealed record PublicProblem(string Code, string Error, string? Fix)
{
    /// <summary>Answers with it.</summary>
    public static Task WriteAsync(HttpContext http, int status, Problem problem)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(
            From(problem), ServiceJson.Default.PublicProblem, "application/json; charset=utf-8", http.RequestAborted);
    }

    static PublicProblem From(Problem problem) => new(problem.Code.Id, problem.Code.Title, problem.Fix?.ToString());
}
