#!/usr/bin/env bash
# Puts DbGate and, where asked for, PostgreSQL's programs on this machine. An archive is unpacked only when its SHA-256 is the expected one.
set -euo pipefail

die() { echo "::error title=DbGate::$1"; exit "${2:-20}"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
sha256_of() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

# One bare digest, or the line of SHA256SUMS that names the archive.
expected_for() {
  local digest name
  while read -r digest name; do
    name=${name#\*}
    if [ -z "$name" ] || [ "$name" = "$1" ]; then tr '[:upper:]' '[:lower:]' <<<"$digest"; return; fi
  done <<<"${DBGATE_SHA256:-}"
}

fetch() { curl -fsSL --retry 3 --retry-delay 2 --connect-timeout 20 --max-time 300 "$@"; }

# A private repository's releases are behind its API. The token is in a file of curl's own, and curl takes it off where GitHub redirects to.
ask() { fetch --config <(printf 'header = "Authorization: Bearer %s"\n' "$DBGATE_TOKEN") "$@"; }

download() {
  local target=$DBGATE_FOLDER/.archive/$1 api=${GITHUB_API_URL:-https://api.github.com}/repos/${DBGATE_REPOSITORY:-} release asset
  if fetch -o "$target" "$DBGATE_DOWNLOAD_URL/$1" 2>/dev/null; then return; fi
  [ -n "${DBGATE_TOKEN:-}" ] || die "$DBGATE_DOWNLOAD_URL/$1 cannot be downloaded; for a private repository set the input token"
  command -v jq >/dev/null || die "jq is missing on this runner"
  release=$(ask "$api/releases/tags/v$DBGATE_VERSION") || die "$DBGATE_DOWNLOAD_URL/$1 cannot be downloaded, nor release v$DBGATE_VERSION of ${DBGATE_REPOSITORY:-} read with the token"
  asset=$(jq -r --arg name "$1" '[.assets[] | select(.name == $name) | .id][0] // empty' <<<"$release")
  [[ $asset =~ ^[0-9]+$ ]] || die "release v$DBGATE_VERSION of $DBGATE_REPOSITORY does not contain $1"
  ask -H 'Accept: application/octet-stream' -o "$target" "$api/releases/assets/$asset" || die "$1 of release v$DBGATE_VERSION cannot be downloaded"
}

install_archive() {
  local archive=dbgate-$DBGATE_VERSION-$DBGATE_RID.tar.gz expected actual work
  [[ $DBGATE_RID != win-* ]] || archive=dbgate-$DBGATE_VERSION-$DBGATE_RID.zip
  expected=$(expected_for "$archive")
  [[ $expected =~ ^[0-9a-f]{64}$ ]] || die "the input sha256 holds no SHA-256 for $archive; the release's SHA256SUMS has it" 2

  # What the cache brought was checked before it was saved, and is checked again: others can write into a cache.
  if [ -f "$DBGATE_FOLDER/.archive/$archive" ] && [ "$(sha256_of "$DBGATE_FOLDER/.archive/$archive")" = "$expected" ]; then
    echo "$archive is cached"
  else
    rm -rf "$DBGATE_FOLDER"
    mkdir -p "$DBGATE_FOLDER/.archive"
    download "$archive"
    actual=$(sha256_of "$DBGATE_FOLDER/.archive/$archive")
    if [ "$actual" != "$expected" ]; then
      rm -rf "$DBGATE_FOLDER"
      die "$archive has SHA-256 $actual, not $expected; it was not unpacked" 10
    fi
  fi

  work=$(mktemp -d)
  if [[ $archive == *.zip ]]; then unzip -q "$DBGATE_FOLDER/.archive/$archive" -d "$work"; else tar -xzf "$DBGATE_FOLDER/.archive/$archive" -C "$work"; fi
  # The archive may hold one folder around everything.
  if ! [ -e "$work/dbgate" ] && ! [ -e "$work/dbgate.exe" ]; then work=$(dirname -- "$(find "$work" -type f \( -name dbgate -o -name dbgate.exe \) | head -n 1)"); fi
  cp -R "$work/." "$DBGATE_FOLDER/"
}

# build.sh builds when its stamp is older than a source. The cache's key is the sources' digest, so what it brought is up to date.
install_sources() {
  local host=$DBGATE_FOLDER app
  if [ "${DBGATE_CACHED:-}" = true ] && [ -f "$host/stamp" ] && app=$(sed -n 2p "$host/current" 2>/dev/null) && [ -f "$app/DbGate.Build.dll" ]; then touch "$host/stamp"; fi
}

install_postgres() {
  local bin=/usr/lib/postgresql/$POSTGRES_VERSION/bin
  [[ $POSTGRES_VERSION =~ ^[0-9]{2}$ ]] || die "the input postgres-version is no major version such as 17" 2
  if ! [ -x "$bin/postgres" ] || ! [ -x "$bin/pg_dump" ]; then
    command -v apt-get >/dev/null || die "postgres-version is for Debian and Ubuntu; install PostgreSQL $POSTGRES_VERSION before this step" 2
    as_root apt-get update -qq
    if ! apt-cache show "postgresql-$POSTGRES_VERSION" >/dev/null 2>&1; then
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
      as_root /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y >/dev/null
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "postgresql-$POSTGRES_VERSION" >/dev/null ||
      die "PostgreSQL $POSTGRES_VERSION cannot be installed"
  fi
  echo "DBGATE_PG_BIN=$bin" >>"$GITHUB_ENV"
}

# Tasks that take backups compress four times as fast with libisal2; without it they use zlib.
install_isal() {
  case " ${DBGATE_TARGET:-} " in *" plan "* | *" release "* | *" backup "* | *" backup-first "*) ;; *) return ;; esac
  if ! command -v apt-get >/dev/null || PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -q 'libisal\.so\.2'; then return; fi
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libisal2; } >/dev/null 2>&1 ||
    echo "libisal2 cannot be installed: backups are compressed with zlib"
}

if [ -n "${DBGATE_VERSION:-}" ]; then install_archive; else install_sources; fi
if [ -n "${POSTGRES_VERSION:-}" ]; then install_postgres; fi
install_isal
