namespace DbGate.MSBuild;

/// <summary>Proves that no production path reaches prisma db push, migrate dev or migrate reset.</summary>
public sealed class DbGateForbidDbPush() : GateTask("forbid-db-push");
