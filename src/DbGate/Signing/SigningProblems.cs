using DbGate.Problems;

namespace DbGate.Signing;

/// <summary>What can be wrong with a key.</summary>
static class SigningProblems
{
    public static readonly ProblemCode BadKeyCode = new("DBG0325", "The signing key cannot be used", ExitCode.Usage);

    public static GateException BadKey(string source, string fault) => new(
        new Problem(BadKeyCode, $"The signing key of {source} cannot be used: {fault}.")
        {
            Cause = "an Ed25519 key, or an ECDSA key on the curve P-256, in PEM form and without a password is needed",
            Fix = new(
                "Make a key, and set DBGATE_SIGNING_KEY to its path",
                FixCommand.Run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "backup-key.pem")),
        });
}
