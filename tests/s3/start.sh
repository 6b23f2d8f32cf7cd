#!/usr/bin/env bash
# Starts a real S3 server, Ceph RGW on a one-node in-memory cluster, in a folder of its own on loopback.
#   start.sh FOLDER [PORT]             prints "ready http://127.0.0.1:PORT", leaves PIDs in FOLDER/pids; takes PORT+1 too
#   start.sh --attached FOLDER [PORT]  the same, and when its standard input ends: stops the server, removes FOLDER
#   start.sh --stop FOLDER             ends exactly those processes
# Needs root and Debian's packages: apt-get install --no-install-recommends ceph-mon ceph-osd ceph-common radosgw curl
# Access key AKIADBGATE, secret dbgatesecret. Ready in about 10 to 15 s, some 100 MB of memory, 2 GiB of data at most.
set -euo pipefail
stop() { xargs -r kill <"$1/pids" 2>/dev/null || true; }
ATTACHED=
case $1 in
  --stop) stop "$2"; exit 0 ;;
  --attached) ATTACHED=1; shift ;;
esac
F=$(mkdir -p "$1" && cd "$1" && pwd) PORT=${2:-7480} MON=$((${2:-7480} + 1))
mkdir -p "$F"/{mon,osd,run,log}
[ -z "$ATTACHED" ] || trap 'stop "$F"; wait; rm -rf "$F"' EXIT
FSID=$(cat /proc/sys/kernel/random/uuid)
cat >"$F/ceph.conf" <<CONF
[global]
fsid = $FSID
mon_initial_members = a
mon_host = v2:127.0.0.1:$MON
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
run_dir = $F/run
admin_socket = $F/run/\$name.asok
log_file = $F/log/\$name.log
mon_cluster_log_file = $F/log/cluster.log
mon_data = $F/mon
osd_data = $F/osd
auth_allow_insecure_global_id_reclaim = false
mon_data_avail_crit = 1
mon_data_avail_warn = 2
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_crush_chooseleaf_type = 0
osd_class_load_list = *
osd_class_default_list = *
ms_bind_ipv6 = false
[mon]
keyring = $F/keyring
[osd]
keyring = $F/osd/keyring
[client]
keyring = $F/keyring
[client.rgw.a]
rgw_data = $F/rgw
rgw_frontends = beast endpoint=127.0.0.1:$PORT
rgw_dns_name = localhost
rgw_lc_debug_interval = 10
CONF
export CEPH_CONF=$F/ceph.conf CEPH_ARGS="--conf $F/ceph.conf"
monmaptool --create --fsid "$FSID" --addv a "[v2:127.0.0.1:$MON]" "$F/monmap" >/dev/null
ceph-authtool --create-keyring "$F/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$F/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
ceph-authtool "$F/keyring" --gen-key -n client.rgw.a --cap mon 'allow *' --cap osd 'allow *'
ceph-mon --mkfs -i a --monmap "$F/monmap" --keyring "$F/keyring"
: >"$F/pids"
own() { "$@" -f --setuser root --setgroup root >"$F/log/$1.out" 2>&1 & echo $! >>"$F/pids"; }
own ceph-mon -i a
U=$(cat /proc/sys/kernel/random/uuid)
timeout 150 ceph osd new "$U" 0 >/dev/null
ceph auth get-or-create osd.0 mon 'allow profile osd' osd 'allow *' -o "$F/osd/keyring"
ceph-osd -i 0 --mkfs --osd-uuid "$U" >/dev/null 2>&1
own ceph-osd -i 0
ceph osd crush add osd.0 1.0 root=default host=h >/dev/null 2>&1 || true
own radosgw -n client.rgw.a
for n in $(seq 300); do
  curl -s -o "$F/answer" "http://127.0.0.1:$PORT/" && break
  [ "$n" -lt 300 ] || { tail -n 5 "$F/log/radosgw.out" >&2; exit 1; }
  sleep 0.5
done
radosgw-admin -n client.rgw.a user create --uid dbgate --display-name dbgate --access-key AKIADBGATE --secret-key dbgatesecret >/dev/null 2>&1
echo "ready http://127.0.0.1:$PORT"
[ -z "$ATTACHED" ] || cat >/dev/null
