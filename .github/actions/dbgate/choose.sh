#!/usr/bin/env bash
# Which DbGate runs here: a released archive, or the checkout that this action stands in. Says where it is or will be, and how it is cached.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)

case "${RUNNER_OS:-Linux}" in
  Windows) os=win ;;
  macOS) os=osx ;;
  *) os=linux ;;
esac
case "${RUNNER_ARCH:-X64}" in
  ARM64) arch=arm64 ;;
  *) arch=x64 ;;
esac
rid=$os-$arch

if [ -n "${DBGATE_VERSION:-}" ]; then
  if ! [[ $DBGATE_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
    echo "::error title=DbGate::the input version is no version such as 1.4.2"
    exit 2
  fi
  folder=${RUNNER_TEMP:?}/dbgate/$DBGATE_VERSION-$rid
  path=$folder/.archive
  command=$folder/dbgate
  [ "$os" != win ] || command=$command.exe
  key=dbgate-$DBGATE_VERSION-$rid
else
  # Built once for these very sources: a cache of other ones would be built again.
  root=$(cd -- "$here/../../.." && pwd -P)
  folder=$root/artifacts/host
  path=$folder/app-*$'\n'$folder/current$'\n'$folder/stamp
  command=$root/build.sh
  sources=$(cd -- "$root" && find src build build.sh global.json Directory.Build.props Directory.Packages.props .editorconfig -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cat | if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-16)
  key=dbgate-source-$sources-$rid
fi

# Names of artifacts hold no slash, the root of a repository is no part of one, and a job that is run again makes another one.
name_of() {
  local name
  name=$(tr -c 'A-Za-z0-9._\n-' - <<<"$1")
  name=${name%[.-].}
  printf '%s' "${name%[.-]}"
}
artifact=$(name_of "${INPUT_ARTIFACT:-}")
[ "${GITHUB_RUN_ATTEMPT:-1}" = 1 ] || artifact=$artifact-$GITHUB_RUN_ATTEMPT

{
  printf 'artifact=%s\nartifact-part=%s\n' "$artifact" "$(name_of "${INPUT_ARTIFACT_PART:-}")"
  printf 'rid=%s\nfolder=%s\ncommand=%s\ncache-key=%s\n' "$rid" "$folder" "$command" "$key"
  printf 'cache-path<<end-of-cache-path\n%s\nend-of-cache-path\n' "$path"
} >>"$GITHUB_OUTPUT"
