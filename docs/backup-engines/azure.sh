#!/bin/sh
# Newest backup of an Azure Database for PostgreSQL flexible server, for backup.externalCommand.
# Needs az, jq, and the role Reader on the server.
set -eu
group=${1:?usage: azure.sh RESOURCE-GROUP SERVER}
server=${2:?usage: azure.sh RESOURCE-GROUP SERVER}
backups=$(az postgres flexible-server backup list --resource-group "$group" --name "$server" --output json)
jq -n --arg group "$group" --arg server "$server" --argjson backups "$backups" '
  ($backups | max_by(.completedTime)) as $newest
  | if $newest == null then error("no backup of \($server)") else {
      format: 1, engine: "azure-flexible-server", backup: $newest.name, completedAt: $newest.completedTime,
      recovery: ["az postgres flexible-server restore --resource-group \($group) --source-server \($server)"
        + " --name \($server)-restored --restore-time {time}"]
    } end'
