#!/usr/bin/env bash
# Stands in for pg_dump 16, which no registry has that the tests reach: pg_dump 17, without the setting that PostgreSQL 16 does not know.
set -euo pipefail
if [ "$*" = --version ]; then
  echo 'pg_dump (PostgreSQL) 16.14'
  exit
fi
exec '@LATER@' "$@" > >(exec sed -u '/^SET transaction_timeout = 0;$/d')
