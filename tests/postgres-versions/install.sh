#!/usr/bin/env bash
# PostgreSQL's server and client programs of Debian's newer suites, in a folder of their own, for a machine with an older C library:
#   install.sh 18 /folder      makes /folder/usr/lib/postgresql/18/bin
# Nothing is installed. apt works on its own lists below the folder; the programs get the loader and the libraries that were unpacked next to them.
# Needs apt-get, dpkg-deb and patchelf.
set -euo pipefail
version=$1 folder=$2
lists=$folder/apt
mkdir -p "$lists"/{etc/apt/apt.conf.d,etc/apt/preferences.d,var/lib/apt/lists/partial,var/cache/apt/archives/partial,var/lib/dpkg,packages}
: >"$lists/var/lib/dpkg/status"
options=(-qq -o "Dir=$lists" -o "Dir::State::status=$lists/var/lib/dpkg/status" -o APT::Architecture=amd64
  -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Acquire::Languages=none)
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
  awk '$1 == "URIs:" { u = $2 } $1 == "deb" { u = $2; if (u ~ /^\[/) u = $3 } u ~ /\/debian\/?$/ && !found { print u; found = 1 }')
[ -n "$mirror" ] || { echo "the sources of apt name no Debian archive: add one, or run this on Debian" >&2; exit 1; }

# What the programs load, and nothing of what a whole system needs besides.
needed="postgresql-$version|postgresql-client-$version|zlib1g|libc6|libgcc-s1|libstdc\+\+6|libicu[0-9]+|libxml2.*|libxslt1.*|liblzma5|libzstd1|liblz4-1"
needed="$needed|libssl3.*|libpq5|libpam0g|libaudit1|libcap-ng0|libselinux1|libpcre2-8-0|libsystemd0|libcap2|libuuid1|libgssapi.*|libkrb5.*|libk5crypto3"
needed="$needed|libcom-err2|libkeyutils1|libldap2|libsasl2-2|libreadline8.*|libtinfo6|libedit2|libbsd0|libmd0|libnuma1|liburing2|libcurl4.*|libcrypt1"
needed="$needed|libgcrypt20|libgpg-error0|libffi8"
for suite in trixie sid; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$lists/etc/apt/sources.list"
  apt-get "${options[@]}" update
  packages=$(apt-get "${options[@]}" -s install "postgresql-$version" 2>/dev/null | awk '$1 == "Inst" { print $2 }' | grep -E "^($needed)$" || true)
  [ -z "$packages" ] || break
done
[ -n "$packages" ] || { echo "no suite of Debian has postgresql-$version" >&2; exit 1; }

# shellcheck disable=SC2086
(cd "$lists/packages" && apt-get "${options[@]}" download $packages && for package in *.deb; do dpkg-deb -x "$package" "$folder"; done)
bin=$folder/usr/lib/postgresql/$version/bin
for program in "$bin"/*; do
  # Some are scripts.
  patchelf --set-interpreter "$folder/usr/lib64/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$folder/usr/lib/x86_64-linux-gnu" "$program" 2>/dev/null || true
done
rm -rf "$lists"
chmod -R a+rX "$folder"
"$bin/postgres" --version
"$bin/pg_dump" --version
