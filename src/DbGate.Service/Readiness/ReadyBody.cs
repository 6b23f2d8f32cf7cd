namespace DbGate.Service.Readiness;

/// <summary>The shape of <c>/ready</c>, for the OpenAPI document.</summary>
/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Checks">By name: <c>migrations</c>, <c>databaseSafety</c>, <c>backupConfig</c>.</param>
sealed record ReadyBody(string Status, IReadOnlyDictionary<string, CheckBody> Checks);

/// <summary>One check of it.</summary>
/// <param name="Ok">Whether it holds.</param>
/// <param name="Details">One sentence.</param>
sealed record CheckBody(bool Ok, string Details);

/// <summary>The shape of <c>/live</c>.</summary>
/// <param name="Status"><c>live</c>.</param>
sealed record LiveBody(string Status);
