namespace DbGate.CommandGuard.Commands;

/// <summary>
/// Addresses of installers that pipelines download and run. They install a tool and reach no database: they are listed, and do not block as
/// any other
/// script that is downloaded does.
/// </summary>
static class KnownInstallers
{
    static readonly string[] Addresses =
    [
        "deb.nodesource.com/", "rpm.nodesource.com/", "get.docker.com", "fly.io/install.sh", "sh.rustup.rs", "static.rust-lang.org/rustup",
        "astral.sh/", "bun.sh/install", "bun.com/install", "get.pnpm.io/",
        "install.python-poetry.org", "raw.githubusercontent.com/nvm-sh/nvm/", "raw.githubusercontent.com/Homebrew/install/",
        "deno.land/install.sh", "deno.land/x/install/", "raw.githubusercontent.com/helm/helm/",
        "cli.doppler.com/install.sh", "sentry.io/get-cli", "aka.ms/", "dot.net/", "get.sdkman.io", "mise.run", "mise.jdx.dev/",
        "get.volta.sh", "cli.github.com/", "railway.com/install.sh", "railway.app/install.sh",
        "raw.githubusercontent.com/railwayapp/", "cli-assets.heroku.com/", "getcomposer.org/", "bootstrap.pypa.io/", "dl.yarnpkg.com/",
        "raw.githubusercontent.com/golangci/", "golangci-lint.run/install.sh", "sdk.cloud.google.com",
        "packagecloud.io/", "taskfile.dev/install.sh", "just.systems/install.sh", "starship.rs/install.sh", "install.determinate.systems/",
        "nixos.org/nix/install", "nixpacks.com/install.sh", "codecov.io/bash",
        "atlasgo.sh", "release.ariga.io/", "raw.githubusercontent.com/aquasecurity/", "raw.githubusercontent.com/pressly/goose/",
        "raw.githubusercontent.com/kubernetes-sigs/kustomize/", "get.k3s.io", "raw.githubusercontent.com/anchore/",
        "github.com/axodotdev/cargo-dist/", "raw.githubusercontent.com/goreleaser/", "fnm.vercel.app/install",
    ];

    /// <summary>True when a text names one of them, and no other address.</summary>
    public static bool In(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        for (; at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            if (!Array.Exists(Addresses, known => text.AsSpan(at + 3).StartsWith(known, StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }
        }

        return true;
    }
}
