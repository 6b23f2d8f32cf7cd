#!/usr/bin/env bash
# Runs DbGate with the action's inputs; ends with its exit code.
set -euo pipefail

arguments=(--project="$INPUT_PROJECT")
read -ra targets <<<"$INPUT_TARGET"
for target in "${targets[@]}"; do arguments+=(--target="$target"); done
[ -z "$INPUT_ENVIRONMENT" ] || arguments+=(--environment="$INPUT_ENVIRONMENT")
while IFS= read -r option; do
  option=${option%$'\r'}
  case $option in
    '') ;;
    --*) arguments+=("$option") ;;
    *) echo "::error title=DbGate::an option begins with --, and this one does not: $option"; exit 2 ;;
  esac
done <<<"$INPUT_OPTIONS"

exec "$DBGATE_COMMAND" "${arguments[@]}"
