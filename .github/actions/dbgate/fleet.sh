#!/usr/bin/env bash
# Releases the databases of one shard, one after the other. It stops at the first that fails, and before the next one when as many shards
# of this run have failed as STOP_AFTER allows; who failed is asked of GitHub, so that nothing else has to be shared.
set -euo pipefail

die() { echo "::error title=DbGate::$1"; exit "${2:-2}"; }

# FLEET_URLS: one NAME=postgresql://… a line, from a secret.
url_of() {
  local line
  while IFS= read -r line; do
    if [ "${line%%=*}" = "$1" ]; then printf '%s' "${line#*=}" | tr -d '\r'; return; fi
  done <<<"$FLEET_URLS"
}

failed_shards() {
  export GH_HOST=${GITHUB_SERVER_URL#*://} GH_ENTERPRISE_TOKEN=$GH_TOKEN
  gh api --paginate "repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/jobs?filter=latest&per_page=100" \
    --jq '.jobs[] | select(.conclusion == "failure" and (.name | contains("fleet shard"))) | .id' | wc -l
}

# Databases of a fleet have the same name on many servers: each has a folder of its own in the store.
s3=${AWS_S3_BACKUP_BUCKET:-}
gcs=${GCS_BACKUP_BUCKET:-}
folder=${DBGATE_BACKUP_FOLDER:-backups}
read -ra names <<<"$SHARD"
options=()
while IFS= read -r option; do [ -z "$option" ] || options+=("${option%$'\r'}"); done <<<"${INPUT_OPTIONS:-}"
# The fleet has one summary, which the last job writes.
unset GITHUB_STEP_SUMMARY

for name in "${names[@]}"; do
  failed=$(failed_shards) || die "GitHub cannot be asked how many shards have failed; $name and the rest of this shard were not begun" 20
  if [ "$failed" -ge "$STOP_AFTER" ]; then
    die "$failed shards have failed: $name and the rest of this shard were not begun" 10
  fi
  DBGATE_FLEET_URL=$(url_of "$name")
  [ -n "$DBGATE_FLEET_URL" ] || die "the secret FLEET_URLS has no line $name=…"
  export DBGATE_FLEET_URL DBGATE_BACKUP_FOLDER="$folder/$name"
  [ -z "$s3" ] || export AWS_S3_BACKUP_BUCKET="$s3/$name"
  [ -z "$gcs" ] || export GCS_BACKUP_BUCKET="$gcs/$name"
  echo "== $name"
  "$DBGATE_COMMAND" --target=release --project="$INPUT_PROJECT" --environment="$INPUT_ENVIRONMENT" --database-url-variable=DBGATE_FLEET_URL \
    --reports-folder="$REPORTS/$name" "${options[@]}"
done
