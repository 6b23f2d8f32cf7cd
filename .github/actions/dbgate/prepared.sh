#!/usr/bin/env bash
# Adds the files that the job "prepare" made to this job's checkout: prepared.sh <checkout> <archive>. That job ran commands of the commit, so the archive
# is untrusted. It adds files and changes none: nothing that git tracks, and no file from which DbGate or git reads settings.
set -euo pipefail

die() { echo "::error title=DbGate::the prepared files do not fit the checkout: $1; the command of the input prepare may add files, but not change those of the commit"; exit 10; }

# First into an empty folder: GNU tar strips leading slashes, refuses "..", and makes no symbolic link that leads out before all files are written, but it
# follows one that was there before, and the commit may have brought one.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
tar --extract --gzip --file="$2" --directory="$made" --no-same-owner --no-same-permissions --ignore-case \
  --exclude=.git --exclude=.env --exclude='.env.*' --exclude=dbgate.json || die "the archive cannot be unpacked"
while IFS= read -r -d '' file; do
  if [ -e "$1/$file" ] || [ -L "$1/$file" ]; then die "$(printf '%q' "$file") is there already"; fi
done < <(cd "$made" && find . ! -type d -printf '%P\0')
cp -R --no-dereference --preserve=mode "$made/." "$1" || die "a folder of it is something else in the commit"
