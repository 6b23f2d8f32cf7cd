#!/bin/sh
# Newest backup and latest recovery time of a Cloud SQL instance, for backup.externalCommand.
# Needs gcloud, jq, and the role roles/cloudsql.viewer.
set -eu
instance=${1:?usage: cloud-sql.sh INSTANCE}
backups=$(gcloud sql backups list --instance="$instance" --format=json)
latest=$(gcloud sql instances get-latest-recovery-time "$instance" --format=json)
jq -n --arg instance "$instance" --argjson backups "$backups" --argjson latest "$latest" '
  ($backups | map(select(.status == "SUCCESSFUL")) | max_by(.endTime)) as $newest
  | if $newest == null then error("no successful backup of \($instance)") else {
      format: 1, engine: "cloud-sql", backup: ($newest.id | tostring), completedAt: $newest.endTime,
      restorableUntil: $latest.latestRecoveryTime,
      recovery: ["gcloud sql instances clone \($instance) \($instance)-restored --point-in-time={time}"]
    } end'
