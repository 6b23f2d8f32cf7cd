using System.Text;
using DbGate.Problems;
using DbGate.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DbGate.Service.Admin;

/// <summary>Stands before every endpoint of <c>/admin</c>, whatever middleware its host has or forgets.</summary>
sealed class AdminGuard(AdminCredentials credentials, AdminLimits limits)
{
    /// <summary>Puts the guard before all endpoints of a group, those too that are added to it later.</summary>
    public void Protect(IEndpointConventionBuilder group) =>
        group.Finally(endpoint =>
        {
            var guarded = endpoint.RequestDelegate;
            if (guarded is not null)
            {
                endpoint.RequestDelegate = http => Judge(http) is { } refusal ? RefuseAsync(http, refusal) : guarded(http);
            }
        });

    /// <summary>Why the request is refused; null when it is not.</summary>
    Problem? Judge(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (!credentials.AreSet)
        {
            return ServiceProblems.Closed;
        }

        if (!limits.Admit(http))
        {
            return ServiceProblems.TooMany;
        }

        if (credentials.Accept(http.Connection.ClientCertificate))
        {
            return null;
        }

        var offered = Offered(http.Request.Headers.Authorization.ToString());
        if (offered is not null && credentials.Accept(offered))
        {
            return null;
        }

        if (offered is not null)
        {
            limits.Refuse(http);
        }

        return ServiceProblems.Refused;
    }

    /// <summary>The token of <c>Bearer</c>, or the password of <c>Basic</c>, which is what a browser asks its user for.</summary>
    static string? Offered(string authorization)
    {
        const string Bearer = "Bearer ";
        const string Basic = "Basic ";
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        var decoded = new byte[authorization.Length];
        return authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [_, var password]
                ? password
                : null;
    }

    static Task RefuseAsync(HttpContext http, Problem refusal)
    {
        var response = http.Response;
        if (refusal == ServiceProblems.Closed)
        {
            return PublicProblem.WriteAsync(http, StatusCodes.Status403Forbidden, refusal);
        }

        if (refusal == ServiceProblems.TooMany)
        {
            response.Headers.RetryAfter = "60";
            return PublicProblem.WriteAsync(http, StatusCodes.Status429TooManyRequests, refusal);
        }

        response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer realm=\"DbGate\"");
        response.Headers.Append(
            HeaderNames.WWWAuthenticate, "Basic realm=\"DbGate: any name, and the admin token as the password\", charset=\"UTF-8\"");
        return PublicProblem.WriteAsync(http, StatusCodes.Status401Unauthorized, refusal);
    }
}
