#!/bin/sh
# What the container runs: brings the schema up to date, then serves.
set -eu
npx --no-install prisma migrate deploy
exec node src/server.js
