#!/bin/sh
# Newest base backup of WAL-G, and its own check of the WAL archive, for backup.externalCommand.
# Needs wal-g, jq, and WAL-G's own environment.
set -eu
integrity=$(wal-g wal-verify integrity --json)
backups=$(wal-g backup-list --detail --json)
jq -n --argjson backups "$backups" --argjson integrity "$integrity" '
  ($backups | max_by(.finish_time)) as $newest
  | if $newest == null then error("no backup")
    elif $integrity.integrity.status != "OK" then error("wal-verify: \($integrity.integrity.status)")
    else {
      format: 1, engine: "wal-g", backup: $newest.backup_name, completedAt: $newest.finish_time,
      recovery: [
        "wal-g backup-fetch \"$PGDATA\" \($newest.backup_name) && touch \"$PGDATA/recovery.signal\"",
        "printf \"%s\\n\" \"restore_command = '"'"'wal-g wal-fetch %f %p'"'"'\" \"recovery_target_name = '"'"'{name}'"'"'\""
          + " \"recovery_target_action = promote\" >> \"$PGDATA/postgresql.auto.conf\""],
      notChecked: ["the bytes of the base backup: WAL-G compares no checksums without a restore"]
    } end'
