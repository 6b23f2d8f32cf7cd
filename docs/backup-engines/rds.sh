#!/bin/sh
# Newest snapshot and latest restorable time of an Amazon RDS instance, for backup.externalCommand.
# Needs aws, jq, and the permissions rds:DescribeDBInstances and rds:DescribeDBSnapshots.
set -eu
instance=${1:?usage: rds.sh DB-INSTANCE-IDENTIFIER}
snapshots=$(aws rds describe-db-snapshots --db-instance-identifier "$instance" --output json)
instances=$(aws rds describe-db-instances --db-instance-identifier "$instance" --output json)
jq -n --arg instance "$instance" --argjson snapshots "$snapshots" --argjson instances "$instances" '
  ($snapshots.DBSnapshots | map(select(.Status == "available")) | max_by(.SnapshotCreateTime)) as $newest
  | if $newest == null then error("no available snapshot of \($instance)") else {
      format: 1, engine: "aws-rds", backup: $newest.DBSnapshotIdentifier, completedAt: $newest.SnapshotCreateTime,
      restorableUntil: $instances.DBInstances[0].LatestRestorableTime,
      recovery: ["aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier \($instance)"
        + " --target-db-instance-identifier \($instance)-restored --restore-time {time}"],
      notChecked: ["the parameter group and the security groups of the restored instance"]
    } end'
