using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace DbGate.Storage.Gcs;

/// <summary>Application default credentials: the only part of this store that loads Google's packages.</summary>
sealed class GcsCredentials(string location, string? file) : IDisposable
{
    const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";
    const string Fix =
        "set GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login, or use google-github-actions/auth";

    readonly SemaphoreSlim gate = new(1);
    ITokenAccess? source;

    /// <summary>A token that is valid for the next request; kept, and renewed before it expires.</summary>
    public async Task<string> ReadTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await (source ?? await FindAsync(cancellationToken)).GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        }
        catch (TokenResponseException refusal)
        {
            throw StoresProblems.CredentialsRefused(
                location, StoresProblems.Printable(refusal.Error?.ToString() ?? refusal.Message), Fix, refusal);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FileNotFoundException or DirectoryNotFoundException
            or UnauthorizedAccessException or JsonException)
        {
            throw StoresProblems.CredentialsRefused(
                location, "no application default credentials were found, or they cannot be read", Fix, exception);
        }
    }

    public void Dispose() => gate.Dispose();

    async Task<ITokenAccess> FindAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return source ??= (file is null ? await GoogleCredential.GetApplicationDefaultAsync(cancellationToken)
                : await FromFileAsync(file, cancellationToken))
                .CreateScoped(Scope);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// The kinds of key files that Google's own tools write; others could make this process run a program or call any address.
    /// </summary>
    async Task<GoogleCredential> FromFileAsync(string path, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
        var kind = json.RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;
        return kind is "service_account" or "authorized_user" or "external_account" or "impersonated_service_account"
            or "external_account_authorized_user"
            ? await CredentialFactory.FromFileAsync(path, kind, cancellationToken)
            : throw StoresProblems.CredentialsRefused(location, $"the credential file is of an unknown type", Fix);
    }
}
