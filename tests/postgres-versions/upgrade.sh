#!/usr/bin/env bash
# A server that is upgraded, in a folder of its own: upgrade.sh begin|upgrade|end <folder> <port> <old bin> <new bin> [the command]
# As root it goes on as the user postgres: PostgreSQL's programs refuse root.
set -euo pipefail
step=$1 folder=$2 port=$3 old=$4 new=$5
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  exec runuser -u postgres -- "${BASH_SOURCE[0]}" "$@"
fi
cd "$folder"
make() {
  "$1/initdb" --pgdata="$2" --username=postgres --encoding=UTF8 --locale=C.UTF-8 "${@:3}" >/dev/null
  printf '%s\n' "port=$port" "unix_socket_directories='$folder'" "listen_addresses='127.0.0.1'" fsync=off >>"$2/postgresql.conf"
}
case $step in
  begin) make "$old" old && "$old/pg_ctl" --pgdata=old --log=log -w start >/dev/null ;;
  upgrade)
    "$old/pg_ctl" --pgdata=old -w stop >/dev/null
    make "$new" new "$("$new/initdb" --help | grep -o -- --no-data-checksums || echo --no-locale)"
    PATH=$new:$PATH bash -c "$6"
    "$new/pg_ctl" --pgdata=new --log=log -w start >/dev/null
    ;;
  end) for data in "$old:old" "$new:new"; do "${data%:*}/pg_ctl" --pgdata="${data##*:}" -m immediate stop >/dev/null 2>&1 || true; done ;;
esac
