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

# Names of artifacts hold no slash, the root of a repository is no part of one, and a job that is run again makes another one.
artifact=$(tr -c 'A-Za-z0-9._\n-' - <<<"${INPUT_ARTIFACT:-}")
artifact=${artifact%-.}
artifact=${artifact%-}
[ "${GITHUB_RUN_ATTEMPT:-1}" = 1 ] || artifact=$artifact-$GITHUB_RUN_ATTEMPT
[ -z "${GITHUB_OUTPUT:-}" ] || echo "artifact=$artifact" >>"$GITHUB_OUTPUT"

exec "$DBGATE_COMMAND" "${arguments[@]}"
