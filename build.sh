#!/usr/bin/env bash
# Builds the build once, then starts it: ./build.sh --target=<task> [options]. Without arguments it lists the tasks. build/Host.proj decides
# what is restored. DBGATE_NO_INSTALL=1 forbids installing. Messages go to standard error; standard output belongs to the task.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
host=$root/artifacts/host

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() { say "$1"; [ -z "${2:-}" ] || say "fix: $2"; exit "${3:-20}"; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt_install() {
  have apt-get && { as_root apt-get update -qq || true; } >&2 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# The stamp is made before a build begins. A source is newer when its inode changed since (ctime: a write, a rename, a restored old copy).
# A folder's inode changes when an entry is added or removed, so deleted files count. A find without -cnewer fails: then it builds.
inputs=(src build build.sh global.json Directory.Build.props Directory.Packages.props .editorconfig)
changed() {
  [ -f "$host/stamp" ] || return 0
  cd -- "$root"
  [ -n "$(find "${inputs[@]}" artifacts/frosting.props NuGet.config nuget.config -cnewer "$host/stamp" -print 2>/dev/null | head -n 1)" ]
}

# The last build: the dotnet that made it, and its folder (a new one each time, because a running one keeps its files).
current() { { read -r dotnet && read -r app; } 2>/dev/null <"$host/current" && [ -x "$dotnet" ] && [ -f "$app/DbGate.Build.dll" ]; }
up_to_date() { ! (changed) && current; }

# True when this dotnet has an SDK that global.json accepts. A machine without ICU runs it in invariant mode.
answers() { (cd -- "$root" && "$@" --version >/dev/null 2>&1); }
sdk_fits() {
  [ -x "$1" ] || return 1
  answers "$1" || { answers env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$1" && export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; }
}

find_sdk() {
  for dotnet in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet || true)" "${HOME:-}/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet /opt/homebrew/bin/dotnet; do
    if sdk_fits "$dotnet"; then return; fi
  done
  return 1
}

install_sdk() {
  local channel script by_hand="install it from https://dot.net/download"
  channel=$(sed -n 's/.*"version": *"\([0-9]*\.[0-9]*\)\..*/\1/p' "$root/global.json")
  [ -z "${DBGATE_NO_INSTALL:-}" ] || die "the .NET SDK $channel is missing and DBGATE_NO_INSTALL forbids installing it" "$by_hand"
  say "no .NET SDK $channel found; installing it"
  have curl || have wget || apt_install ca-certificates curl || true
  script=$(mktemp)
  { curl -fsSL --retry 3 --max-time 60 -o "$script" https://dot.net/v1/dotnet-install.sh ||
    wget -q -T 60 -O "$script" https://dot.net/v1/dotnet-install.sh; } 2>/dev/null &&
    bash "$script" --channel "$channel" --install-dir "${HOME:-$root}/.dotnet" --no-path >&2 ||
    say "https://dot.net/v1/dotnet-install.sh cannot be reached, or failed (above)"
  rm -f "$script"
  find_sdk || { apt_install "dotnet-sdk-$channel" && find_sdk; } || { have brew && brew install dotnet >&2 && find_sdk; } ||
    die "the .NET SDK $channel could not be installed (above)" "$by_hand, or put its folder into DOTNET_ROOT"
}

build() {
  cd -- "$root"
  find_sdk || install_sdk
  say "building (once; again when a source changes)"
  "$dotnet" msbuild build/Host.proj -nologo -v:minimal -tl:off -nodeReuse:false >&2 ||
    die "restore failed (above)" "check the network and the package feed: $dotnet nuget list source"
  touch "$host/stamp.new"
  app=$host/app-$(date +%Y%m%d%H%M%S)-$$
  "$dotnet" publish build/DbGate.Build.csproj --no-restore -c Release -v quiet -nologo -nodeReuse:false -tl:off -p:HostBuild=true \
    "-p:HostReadyToRun=$(cat "$host/ready-to-run")" -o "$app" >&2 || { rm -rf "$app"; die "the build failed (above)" "" 1; }
  printf '%s\n%s\n' "$dotnet" "$app" >"$host/current.new"
  mv -f "$host/current.new" "$host/current"
  mv -f "$host/stamp.new" "$host/stamp"
  # The newest three stay: one of them may still be running.
  local old=("$host"/app-*)
  [ "${#old[@]}" -le 3 ] || rm -rf "${old[@]:0:${#old[@]}-3}"
}

# One builder at a time. A lock whose owner is gone is taken over.
build_alone() {
  local waited=0
  mkdir -p "$host"
  until mkdir "$host/lock" 2>/dev/null; do
    if [ "$waited" -gt 4 ] && ! kill -0 "$(cat "$host/lock/pid" 2>/dev/null || echo 0)" 2>/dev/null; then rm -rf "$host/lock"; fi
    [ "$waited" -lt 2400 ] || die "another build.sh has been building for ten minutes" "end it, or remove $host/lock" 12
    sleep 0.25
    waited=$((waited + 1))
  done
  trap 'rm -rf "$host/lock"' EXIT
  echo $$ >"$host/lock/pid"
  if ! up_to_date; then build; fi
}

if ! up_to_date; then
  (build_alone)
  current
fi
exec "$dotnet" "$app/DbGate.Build.dll" "$@"
