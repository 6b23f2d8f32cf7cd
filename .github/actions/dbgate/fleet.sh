#!/usr/bin/env bash
# Releases (or backs up, or tests) the databases of one shard, one after the other. A database that fails becomes a failed commit status at once: by that the other
# shards of the run count, and people see it. When as many have failed as STOP_AFTER allows, no further one begins, in any shard.
set -euo pipefail

worst=0
# 30 (the database has changed) hides no other failure, and no other one hides it.
note() { if [ "$worst" = 0 ] || [ "$1" = 30 ]; then worst=$1; fi; }
die() { echo "::error title=DbGate::$1"; note "$2"; exit "$worst"; }

# Neither DbGate nor a migration needs the token, or another database's URL. The environment that a process was started with stays readable for its children
# (/proc/<pid>/environ), so this one starts again without the two and reads them from a pipe.
if [ "${1:-}" != again ]; then
  exec 3< <(printf '%s\0%s\0' "$FLEET_TOKEN" "$FLEET_URLS")
  unset FLEET_TOKEN FLEET_URLS
  exec bash "${BASH_SOURCE[0]}" again
fi
IFS= read -r -d '' FLEET_TOKEN <&3
IFS= read -r -d '' FLEET_URLS <&3
exec 3<&-
api=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY
run=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/attempts/${GITHUB_RUN_ATTEMPT:-1}
context=dbgate/$INPUT_ENVIRONMENT

# The token stands in a file of curl's own, never among the arguments, which every process can read.
github() {
  curl -fsS --retry 4 --retry-connrefused --connect-timeout 20 --max-time 60 -H 'Accept: application/vnd.github+json' \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$FLEET_TOKEN") "$@"
}

# FLEET_URLS: one NAME=postgresql://… a line, from a secret.
url_of() {
  local line
  while IFS= read -r line; do
    if [ "${line%%=*}" = "$1" ]; then printf '%s' "${line#*=}" | tr -d '\r'; return; fi
  done <<<"$FLEET_URLS"
}

# What is red on this commit, one "database page" a line: the newest status of each database.
red=
look() {
  local page=1 answer
  red=
  while :; do
    answer=$(github "$api/commits/$GITHUB_SHA/status?per_page=100&page=$page") || return
    red+=$(jq -r --arg of "$context/" '.statuses[] | select(.state != "success" and (.context | startswith($of))) | "\(.context | ltrimstr($of)) \(.target_url)"' <<<"$answer")$'\n' || return
    [ "$(jq '.statuses | length' <<<"$answer")" = 100 ] || return 0
    page=$((page + 1))
  done
}

# An earlier attempt does not count: whoever starts failed jobs again has put something right. GitHub may be slow to show our own failures.
own=()
failed() { { printf '%s\n' ${own[@]+"${own[@]}"}; while read -r name page; do [ "$page" != "$run" ] || echo "$name"; done <<<"$red"; } | sed '/^$/d' | sort -u | wc -l; }

say() {
  jq -n --arg state "$2" --arg context "$context/$1" --arg description "$3" --arg page "$run" \
    '{state: $state, context: $context, description: $description[0:120], target_url: $page}' |
    github -o /dev/null -X POST -H 'Content-Type: application/json' --data-binary @- "$api/statuses/$GITHUB_SHA"
}

# The first problem that blocks, from the newest report of the database.
why() {
  local report
  report=$(find "$REPORTS/$1" -name report.json 2>/dev/null | sort | tail -n 1)
  [ -z "$report" ] || jq -r '[.. | objects | select(.severity? == "error" and .code? != null) | "\(.code): \(.message)"][0] // ""' "$report" 2>/dev/null || true
}

for program in curl jq; do command -v "$program" >/dev/null || die "$program is missing on this runner" 20; done
[[ $STOP_AFTER =~ ^[1-9][0-9]{0,3}$ ]] || die "the input stop-after is no whole number from 1 on: $STOP_AFTER" 2
read -ra names <<<"$SHARD"
for name in "${names[@]}"; do
  [ -n "$(url_of "$name")" ] || die "the secret FLEET_URLS has no line $name=…; no database of this shard was begun" 2
done

# Databases of a fleet have the same name on many servers: each has a folder of its own in the store.
s3=${AWS_S3_BACKUP_BUCKET:-}
gcs=${GCS_BACKUP_BUCKET:-}
folder=${DBGATE_BACKUP_FOLDER:-backups}
options=()
while IFS= read -r option; do [ -z "$option" ] || options+=("${option%$'\r'}"); done <<<"${INPUT_OPTIONS:-}"
# The fleet has one summary, which the last job writes.
unset GITHUB_STEP_SUMMARY

for name in "${names[@]}"; do
  look || die "GitHub cannot be asked which databases have failed; $name and the rest of this shard were not begun" 20
  count=$(failed)
  [ "$count" -lt "$STOP_AFTER" ] || die "$count of the fleet's databases have failed: $name and the rest of this shard were not begun" 10
  DBGATE_FLEET_URL=$(url_of "$name")
  export DBGATE_FLEET_URL DBGATE_BACKUP_FOLDER="$folder/$name"
  [ -z "$s3" ] || export AWS_S3_BACKUP_BUCKET="$s3/$name"
  [ -z "$gcs" ] || export GCS_BACKUP_BUCKET="$gcs/$name"
  echo "== $name"
  code=0
  "$DBGATE_COMMAND" --target="${INPUT_TARGET:-release}" --project="$INPUT_PROJECT" --environment="$INPUT_ENVIRONMENT" --database-url-variable=DBGATE_FLEET_URL \
    --reports-folder="$REPORTS/$name" ${options[@]+"${options[@]}"} || code=$?
  case $code in
    0)
      # Red from an earlier run or attempt on this commit: no longer true.
      if cut -d ' ' -f 1 <<<"$red" | grep -qx "$name"; then say "$name" success 'pass' || echo "::warning title=DbGate::$name passed, and its failed commit status could not be replaced"; fi
      ;;
    130) exit 130 ;;
    *)
      own+=("$name")
      note "$code"
      reason=$(why "$name")
      say "$name" failure "exit $code${reason:+, $reason}" || die "GitHub cannot be told that $name failed; the rest of this shard was not begun" 20
      ;;
  esac
done
exit "$worst"
