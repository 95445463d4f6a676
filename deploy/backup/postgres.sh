#!/usr/bin/env bash
# Backs a ledger on PostgreSQL up, while the program runs, or puts it back into an empty database:
#   DATABASE_URL=postgres://… deploy/backup/postgres.sh backup onrush.dump
#   DATABASE_URL=postgres://…/an-empty-one deploy/backup/postgres.sh restore onrush.dump
# The keys (ADMIN_TOKEN, TICKET_KEYS, TOKEN_KEYS) are not in it: keep them where your other secrets are.
set -euo pipefail
: "${DATABASE_URL:?set it to the address of the ledger}"
case "${1:-}" in
  backup)
    # One snapshot. Written beside and renamed, so that a backup that was broken off is never taken for a whole one.
    pg_dump --dbname="$DATABASE_URL" --format=custom --no-owner --no-privileges --file="$2.unfinished"
    mv "$2.unfinished" "$2"
    ;;
  restore)
    pg_restore --dbname="$DATABASE_URL" --exit-on-error --single-transaction --no-owner --no-privileges "$2"
    ;;
  *)
    echo "postgres.sh backup|restore FILE" >&2
    exit 2
    ;;
esac
