#!/usr/bin/env bash
# PostgreSQL's own regression tests, from Debian's source package:
#   prepare.sh 15 /folder      makes /folder/regress (sql, expected, data, parallel_schedule) and /folder/lib (regress.so and two others)
# Needs apt-get, dpkg-deb, a C compiler and postgresql-15. Nothing is installed.
set -euo pipefail
version=$1 folder=$2
mkdir -p "$folder"/{lists/partial,source,dev,lib}
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
  awk '$1 == "URIs:" { u = $2 } $1 == "deb" { u = $2; if (u ~ /^\[/) u = $3 } u ~ /\/debian\/?$/ && !found { print u; found = 1 }')
[ -n "$mirror" ] || { echo "the sources of apt name no Debian archive: add one, or run this on Debian" >&2; exit 1; }
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
entry="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
printf 'deb %s\ndeb-src %s\n' "$entry" "$entry" >"$folder/sources.list"
options=(-qq -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$folder/lists"
  -o APT::Sandbox::User=root -o Acquire::Languages=none)
apt-get "${options[@]}" update
cd "$folder/source"
apt-get "${options[@]}" source --download-only "postgresql-$version" >/dev/null
tar -xjf ./*.orig.tar.bz2 --strip-components=4 --wildcards '*/src/test/regress/*'
cd "$folder/dev"
apt-get "${options[@]}" download "postgresql-server-dev-$version" >/dev/null
dpkg-deb -x ./*.deb .
cd "$folder"
mv source regress
include=usr/include/postgresql
cc -fPIC -O1 -shared -w -I "dev/$include/$version/server" -I "/$include/$version/server" -I "/$include" regress/regress.c -o lib/regress.so
cp "/usr/lib/postgresql/$version/lib/"{autoinc,refint}.so lib/
rm -rf lists dev regress/*.tar.*
mkdir -m 777 out
chmod -R a+rX .
