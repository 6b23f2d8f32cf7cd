#!/usr/bin/env bash
# Was this run approved by a person who did not ask for it? An environment without required reviewers asks no one, and one whose name is
# mistyped is created by GitHub. That the job went on proves nothing; the run's reviews do.
set -euo pipefail

die() { echo "::error title=DbGate::$1"; exit "$2"; }
run=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID
read_run() {
  curl -fsS --retry 4 --retry-connrefused --connect-timeout 20 --max-time 60 -H 'Accept: application/vnd.github+json' \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$REVIEW_TOKEN") "$run/$1"
}

for program in curl jq; do command -v "$program" >/dev/null || die "$program is missing on this runner" 20; done
reviews=$(read_run approvals) || die "the reviews of this run cannot be read; it takes actions: read" 20
approved=$(jq -r --arg environment "$ENVIRONMENT" \
  '[.[] | select(.state == "approved" and any(.environments[]; (.name | ascii_downcase) == ($environment | ascii_downcase))) | .user.login] | unique | .[]' <<<"$reviews")
[ -n "$approved" ] ||
  die "nobody approved this run in the environment $ENVIRONMENT: name required reviewers in its settings, and look at the spelling of approval-environment; an empty one asks nobody on purpose" 10

# Whoever started the run, and whoever ran it again, asked for the release.
requesters=$GITHUB_ACTOR$'\n'${GITHUB_TRIGGERING_ACTOR:-$GITHUB_ACTOR}
for ((attempt = 2; attempt < ${GITHUB_RUN_ATTEMPT:-1}; attempt++)); do
  earlier=$(read_run "attempts/$attempt") || die "the attempts of this run cannot be read; it takes actions: read" 20
  requesters+=$'\n'$(jq -r '.triggering_actor.login // empty' <<<"$earlier")
done
others=$(grep -vixF -f <(sed '/^$/d' <<<"$requesters") <<<"$approved" || true)
[ -n "$others" ] || die "$approved asked for this release, and may not approve it; turn on \"Prevent self-review\" in the settings of the environment $ENVIRONMENT" 10
echo "approved by ${others//$'\n'/, }; each database's own gate follows" | tee -a "$GITHUB_STEP_SUMMARY"
