#!/usr/bin/env bash
# Builds the build once, then starts it: ./build.sh --target=<task> [options]. Without arguments it lists the tasks.
#
# What it needs it finds or installs: the .NET SDK of global.json, and PostgreSQL's server and client tools.
# DBGATE_NO_INSTALL=1 forbids installing. Its own words go to standard error; standard output belongs to the task.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
host=$root/artifacts/host

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() { say "$1"; [ -z "${2:-}" ] || say "fix: $2"; exit "${3:-20}"; }

# --- Is the built host still what the sources say? -------------------------------------------------------------------
# The stamp is made before a build begins. A source is newer when its inode changed since (ctime: a write, a rename, a
# restored old copy; it cannot be set back), and a folder's inode changes when an entry is added or removed, so deleted
# files count too. Tests are no part of the host. A find without -cnewer fails, which only means that we build again.
inputs=(src build build.sh global.json Directory.Build.props Directory.Packages.props .editorconfig)
changed() {
  [ -f "$host/stamp" ] || return 0
  cd -- "$root"
  [ -n "$(find "${inputs[@]}" artifacts/frosting.props NuGet.config nuget.config -cnewer "$host/stamp" -print 2>/dev/null | head -n 1)" ]
}

# The last build: the dotnet that made it, and the folder it stands in (a new one each time: a running one keeps its files).
current() {
  { read -r dotnet && read -r app; } 2>/dev/null <"$host/current" && [ -x "$dotnet" ] && [ -f "$app/DbGate.Build.dll" ]
}

# --- What is needed --------------------------------------------------------------------------------------------------
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
may_install() { [ -z "${DBGATE_NO_INSTALL:-}" ]; }
may_apt() { may_install && have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; }
may_brew() { may_install && have brew; }
apt_install() {
  as_root apt-get update -qq >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# True when this dotnet has an SDK that global.json accepts. A machine without ICU runs it in invariant mode.
sdk_fits() {
  [ -x "$1" ] || return 1
  (cd -- "$root" && "$1" --version >/dev/null 2>&1) && return
  (cd -- "$root" && DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$1" --version >/dev/null 2>&1) || return 1
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

find_sdk() {
  local candidate
  for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet || true)" "${HOME:-}/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet /opt/homebrew/bin/dotnet; do
    if [ -n "$candidate" ] && sdk_fits "$candidate"; then dotnet=$candidate; return 0; fi
  done
  return 1
}

install_sdk() {
  local wanted channel script
  wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$root/global.json")
  channel=${wanted%.*}
  if ! may_install; then
    die "the .NET SDK $channel is missing and DBGATE_NO_INSTALL forbids installing it" "install it from https://dot.net/download"
  fi
  say "no .NET SDK $channel found; installing it"
  if ! have curl && ! have wget && may_apt; then apt_install ca-certificates curl || true; fi
  script=$(mktemp)
  if { curl -fsSL --retry 3 --max-time 60 -o "$script" https://dot.net/v1/dotnet-install.sh \
    || wget -q -T 60 -O "$script" https://dot.net/v1/dotnet-install.sh; } 2>/dev/null; then
    bash "$script" --channel "$channel" --install-dir "${HOME:-$root}/.dotnet" --no-path >&2 || say "the official install script failed (above)"
  else
    say "https://dot.net/v1/dotnet-install.sh cannot be reached"
  fi
  rm -f "$script"
  find_sdk && return
  if may_apt; then apt_install "dotnet-sdk-$channel" || say "apt has no dotnet-sdk-$channel"; fi
  if may_brew; then brew install dotnet >&2 || say "brew could not install dotnet"; fi
  find_sdk || die "the .NET SDK $channel could not be installed (above)" "install it from https://dot.net/download, or put its folder into DOTNET_ROOT"
}

has_postgres() {
  local folder
  have postgres && have pg_dump && return
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    [ -x "$folder/postgres" ] && [ -x "$folder/pg_dump" ] && return
  done
  return 1
}

# Never fails the build: the tasks that need PostgreSQL say so themselves.
ensure_postgres() {
  has_postgres && return
  if may_apt; then
    # libisal2 compresses backups four times as fast as zlib; some systems have none.
    say "installing PostgreSQL's server and client tools (apt)"
    apt_install postgresql libisal2 || apt_install postgresql || true
  elif may_brew; then
    say "installing PostgreSQL's server and client tools (brew)"
    brew install postgresql@17 >&2 || true
  fi
  has_postgres || say "PostgreSQL's server and client tools are missing: tasks that need them will say so (apt-get install postgresql, brew install postgresql@17)"
}

# --- Restore and build -----------------------------------------------------------------------------------------------
# The host's outputs stand apart from those of a plain `dotnet build`; the libraries' are the same, so that nothing is compiled twice.
# No build server stays behind: it would hold our output open; and the analyzers are left to the task `compile`. In CI, where that comes next, both
# are done here, once.
build_options=(-c Release -v quiet -nologo -nodeReuse:false -tl:off "-p:HostArtifacts=$host")
[ -n "${CI:-}" ] || build_options+=(-p:UseSharedCompilation=false -p:RunAnalyzers=false)
restore() { "$dotnet" restore "$root/build/DbGate.Build.csproj" "${build_options[@]:2}" "$@" >"$log" 2>&1; }

choose_frosting() {
  rm -f "$choice"
  [ "$1" = package ] || printf '<Project>\n  <PropertyGroup>\n    <FrostingFromCakeTool>true</FrostingFromCakeTool>\n  </PropertyGroup>\n</Project>\n' >"$choice"
}

# The Cake.Frosting package where the feed has it, else its stand-in; compiled ahead of time where the feed has the compiler.
restore_somehow() {
  local first=package source ahead
  if [ -f "$choice" ] && ! [ Directory.Packages.props -nt "$choice" ]; then first=cake-tool; fi
  for ahead in true false; do
    for source in package cake-tool; do
      [ "$first" = package ] || [ "$source" = cake-tool ] || continue
      [ "$source/$first" = cake-tool/cake-tool ] || choose_frosting "$source"
      if restore -p:HostBuild=true "-p:HostReadyToRun=$ahead"; then
        if [ "$source/$first" = cake-tool/package ]; then
          say "the feed has no Cake.Frosting: build/frosting stands in for it (artifacts/frosting.props keeps the choice)"
        fi
        ready_to_run=$ahead
        return 0
      fi
      [ -s "$log.first" ] || cp "$log" "$log.first"
    done
  done
  choose_frosting package
  cat "$log.first" >&2
  return 1
}

build() {
  local log=$host/build.log choice=$root/artifacts/frosting.props ready_to_run
  cd -- "$root"
  find_sdk || install_sdk
  ensure_postgres
  say "building (once; again when a source changes)"
  rm -f "$log.first"
  restore_somehow || die "restore failed (above)" "check the network and the package feed: $dotnet nuget list source"
  touch "$host/stamp.new"
  app=$host/app-$(date +%Y%m%d%H%M%S)-$$
  if ! "$dotnet" publish build/DbGate.Build.csproj --no-restore -o "$app" "${build_options[@]}" \
    -p:HostBuild=true "-p:HostReadyToRun=$ready_to_run" >"$log" 2>&1; then
    rm -rf "$app"
    cat "$log" >&2
    die "the build failed (above)" "" 1
  fi
  printf '%s\n%s\n' "$dotnet" "$app" >"$host/current.new"
  mv -f "$host/current.new" "$host/current"
  mv -f "$host/stamp.new" "$host/stamp"
  forget_old_builds
}

# Keeps the newest three: someone may still be running one.
forget_old_builds() {
  local old=("$host"/app-*) index
  for ((index = 0; index < ${#old[@]} - 3; index++)); do rm -rf "${old[index]}"; done
}

# One builder at a time; a lock whose owner is gone is taken over.
locked() {
  local waited=0
  until mkdir "$host/lock" 2>/dev/null; do
    if ! kill -0 "$(cat "$host/lock/pid" 2>/dev/null || echo 0)" 2>/dev/null && [ "$waited" -gt 4 ]; then rm -rf "$host/lock"; continue; fi
    [ "$waited" -lt 2400 ] || die "another build.sh has been building for ten minutes" "end it, or remove $host/lock" 12
    sleep 0.25
    waited=$((waited + 1))
  done
  trap 'rm -rf "$host/lock"' EXIT
  echo $$ >"$host/lock/pid"
  if (changed) || ! current; then "$@"; fi
  rm -rf "$host/lock"
  trap - EXIT
}

if (changed) || ! current; then
  mkdir -p "$host"
  here=$PWD
  locked build
  cd -- "$here"
fi

exec "$dotnet" "$app/DbGate.Build.dll" "$@"
