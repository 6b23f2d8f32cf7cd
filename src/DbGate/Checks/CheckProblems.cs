using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Checks;

/// <summary>The problems that the safety checks find. Their first sentences are a contract: /ready returns them.</summary>
static partial class CheckProblems
{
    static readonly ProblemCode PushAllowedCode = new("DBG0101", "The command prisma db push is allowed in production", ExitCode.Blocked);
    static readonly ProblemCode SslCode = new("DBG0102", "The connection does not require SSL", ExitCode.Blocked);
    static readonly ProblemCode SslNotProvenCode = new("DBG0103", "The connection is not encrypted", ExitCode.Blocked);
    static readonly ProblemCode MaxConnectionsCode = new("DBG0104", "The connection limit is missing or too high", ExitCode.Blocked);
    static readonly ProblemCode ServerLimitCode =
        new("DBG0105", "The application may use every connection of the server", ExitCode.Blocked);
    static readonly ProblemCode WeakenedCode = new("DBG0106", "Prisma would silently weaken the sslmode", ExitCode.Blocked);
    static readonly ProblemCode ReplicaCode = new("DBG0107", "The read replica is not a replica of the target", ExitCode.Blocked);
    static readonly ProblemCode LagCode = new("DBG0108", "The read replica lags behind the target", ExitCode.Blocked);
    static readonly ProblemCode SslAcceptCode = new("DBG0110", "The server's certificate is not checked", ExitCode.Blocked);
    static readonly ProblemCode OldTransactionCode = new("DBG0112", "A long-running transaction is open", ExitCode.Blocked);
    static readonly ProblemCode BackupEnabledCode = new("DBG0121", "Backups are not enabled", ExitCode.Blocked);
    static readonly ProblemCode RetentionCode = new("DBG0122", "The backups' retention is missing or invalid", ExitCode.Blocked);
    static readonly ProblemCode RestoreTestCode = new("DBG0123", "The last restore test is missing, invalid or too old", ExitCode.Blocked);

    static readonly ProblemCode ForgottenCode = new("DBG0124", "The backup is stored only on the runner", ExitCode.Blocked);

    public static Problem BackupForgotten(string folder) =>
        Blocked(
            ForgottenCode,
            $"backups go to {folder} on a runner that GitHub hosts, and are gone when this job ends",
            "uploads are off; the plan and its approvals pass from job to job through the store, too",
            "set BACKUP_UPLOAD_ENABLED=true and AWS_S3_BACKUP_BUCKET or GCS_BACKUP_BUCKET (docs/guides/stores.md)");

    public static Problem PushAllowed(SettingValue value) =>
        Blocked(
            PushAllowedCode, "PRISMA_DB_PUSH_ALLOWED must not be 'true' in production", $"{value.Source}",
            "remove the variable, or set it to false");

    public static Problem SslRequired(string? sslMode, string source) =>
        Blocked(
            SslCode,
            "Database connection must use SSL in production",
            $"the URL in {source} says {(sslMode is null ? "no sslmode, which allows plaintext" : $"sslmode={sslMode}")}",
            sslMode is null
                ? "add sslmode=require&sslaccept=strict to the URL, behind a ? or a &"
                : $"write sslmode=require&sslaccept=strict into the URL, instead of sslmode={sslMode}");

    public static Problem SslRequiredByDotNet(SslMode? mode, string source) =>
        Blocked(
            SslCode,
            "Database connection must use SSL in production",
            $"The connection string in {source} has {(mode is null ? "no SSL Mode" : $"SSL Mode={mode}")}, which allows plain text",
            "Write SSL Mode=VerifyFull into the connection string, and Root Certificate=<the server's CA> when it is a private one");

    public static Problem CertificateNotCheckedByDotNet(string source) =>
        new(SslAcceptCode, "The server's certificate is not checked: SSL Mode is Require")
        {
            Severity = Severity.Warning,
            Cause = $"The connection string in {source}; with SSL Mode=Require Npgsql accepts any certificate",
            Fix = "Write SSL Mode=VerifyFull, and Root Certificate=<the server's CA> when it is a private one",
        };

    public static Problem SslNotProven(string source) =>
        Blocked(
            SslNotProvenCode,
            "Database connection is not encrypted: pg_stat_ssl says so of this very session",
            $"the session of {source}; the server or something before it accepts plaintext",
            "turn ssl on at the server, and require it in pg_hba.conf (hostssl)");

    public static Problem SslEndsAtPooler(Pooler pooler) =>
        Blocked(
            SslNotProvenCode,
            "The connection from the pooler to the server is not encrypted",
            $"{pooler.Sign}; the connection to the pooler is encrypted, and pg_stat_ssl reports the one behind it as plain text",
            "Set server_tls_sslmode = require in pgbouncer.ini (or the same setting of your pooler), and reload it");

    public static Problem WeakSslMode(string sslMode, string source) =>
        Blocked(
            WeakenedCode,
            $"sslmode={sslMode} becomes 'prefer' in Prisma, which allows plaintext",
            $"the URL in {source}; Prisma knows only disable, prefer and require",
            "write sslmode=require&sslaccept=strict");

    public static Problem CertificateNotChecked(string source) =>
        new(SslAcceptCode, "the server's certificate is not checked: sslaccept=strict is missing")
        {
            Severity = Severity.Warning,
            Cause = $"the URL in {source}; with sslmode=require alone Prisma accepts any certificate",
            Fix = "write sslaccept=strict into the URL, and sslcert=<the server's CA> when it is a private one",
        };

    public static Problem MaxConnectionsMissing() =>
        Blocked(
            MaxConnectionsCode,
            "DATABASE_MAX_CONNECTIONS must be set in production",
            "without a limit one deploy of the application can use up the server's connections",
            "set DATABASE_MAX_CONNECTIONS to a whole number from 1 to 100");

    public static Problem MaxConnectionsInvalid(SettingValue value) =>
        Blocked(
            MaxConnectionsCode,
            $"DATABASE_MAX_CONNECTIONS must be a whole number from 1 to 100, not '{value.Text}'",
            $"{value.Source}",
            "set it to a whole number from 1 to 100");

    public static Problem ServerLimit(int limit, int serverLimit, bool blocks) =>
        new(ServerLimitCode, $"DATABASE_MAX_CONNECTIONS is {limit}, the server allows {serverLimit} connections in all")
        {
            Severity = blocks ? Severity.Error : Severity.Warning,
            Cause = "a rolling deploy runs two releases at once, and each may open its limit",
            State = DatabaseState.Untouched,
            Fix = $"set DATABASE_MAX_CONNECTIONS to at most {Math.Max(1, (serverLimit - 3) / 2)}, or raise max_connections",
        };

    public static Problem NotAReplica(string why) =>
        Blocked(
            ReplicaCode, $"DATABASE_READ_REPLICA_URL is no replica of the target: {why}",
            "readers would see other data than the application writes", "name a physical replica of the target, or remove the variable");

    public static Problem ReplicaLag(TimeSpan lag, TimeSpan limit) =>
        Blocked(
            LagCode,
            $"the read replica is {lag.TotalSeconds:0.#} s behind (limit {limit.TotalSeconds:0.#} s)",
            "a migration adds more to replay",
            "wait until it has caught up; see pg_stat_replication on the primary");

    public static Problem ReplicaLagUnknown() =>
        Blocked(
            LagCode,
            "the read replica is behind, and how long is not known",
            "it has replayed no transaction since it started, or its clock is behind the primary's",
            "connect it to its primary again; see pg_stat_wal_receiver on the replica and pg_stat_replication on the primary");

    public static Problem OldTransaction(int pid, string user, string application, TimeSpan age) =>
        new(OldTransactionCode,
            $"backend {pid} has a transaction open for {age.TotalMinutes:0} min (user {user}, "
                + $"{(application.Length == 0 ? "no application name" : application)})")
        {
            Severity = Severity.Warning,
            Cause = "a migration that needs a stronger lock waits for it, and every later query waits for the migration",
            State = DatabaseState.Untouched,
            Fix = new(
                "Let it end before the release; if its client is gone, end the session",
                FixCommand.Sql($"select pg_terminate_backend({pid})")),
        };

    public static Problem BackupDisabled(SettingValue? value) =>
        Blocked(
            BackupEnabledCode,
            "BACKUP_ENABLED must be set to 'true' in production",
            value is null ? "it is not set" : $"'{value.Text}' in {value.Source}",
            "set BACKUP_ENABLED=true");

    public static Problem RetentionMissing() =>
        Blocked(RetentionCode, "BACKUP_RETENTION_DAYS must be set in production", "it is not set", "set BACKUP_RETENTION_DAYS=30");

    public static Problem RetentionInvalid(SettingValue value) =>
        Blocked(
            RetentionCode,
            $"BACKUP_RETENTION_DAYS must be a whole number of at least 1, not '{value.Text}'",
            $"{value.Source}",
            "set BACKUP_RETENTION_DAYS=30 (recommended: development 3, staging 7, production 30)");

    public static Problem RestoreTestMissing() =>
        Blocked(
            RestoreTestCode,
            "Backup restore test date is missing - test backups every 90 days",
            "neither a restore-test record in the store nor LAST_BACKUP_RESTORE_TEST_DATE",
            new("Take a backup, and test it by a restore", FixCommand.Gate("backup"), FixCommand.Gate("restore-test")));

    public static Problem RestoreTestInvalid(SettingValue value) =>
        Blocked(
            RestoreTestCode,
            $"LAST_BACKUP_RESTORE_TEST_DATE is no date: '{value.Text}'",
            $"{value.Source}",
            new("Write it as yyyy-MM-dd, or test the newest backup, which records the date", FixCommand.Gate("restore-test")));

    public static Problem RestoreTestInFuture(DateOnly day, string source) =>
        Blocked(RestoreTestCode, $"Backup restore test date is in the future: {day:yyyy-MM-dd}", source, "write the day of the last test");

    public static Problem RestoreTestTooOld(int days, string source) =>
        Blocked(
            RestoreTestCode,
            $"Backup restore test is {days} days old - test backups every {BackupConfigCheck.MaximumRestoreTestAgeDays} days",
            source,
            new("Test the newest backup by a restore", FixCommand.Gate("restore-test")));

    static Problem Blocked(ProblemCode code, string message, string cause, Fix fix) =>
        new(code, message) { Cause = cause, State = DatabaseState.Untouched, Fix = fix };
}
