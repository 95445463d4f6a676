#!/usr/bin/env bash
# Backs a ledger on MySQL or MariaDB up, while the program runs, or puts it back into an empty database:
#   DB_HOST=… DB_PORT=… DB_USER=… DB_PASSWORD=… DB_NAME=… deploy/backup/mysql.sh backup onrush.sql
#   … DB_NAME=an_empty_one deploy/backup/mysql.sh restore onrush.sql
# The keys (ADMIN_TOKEN, TICKET_KEYS, TOKEN_KEYS) are not in it: keep them where your other secrets are.
set -euo pipefail
: "${DB_HOST:?}" "${DB_USER:?}" "${DB_NAME:?}"
export MYSQL_PWD="${DB_PASSWORD:-}"
server=(--host="$DB_HOST" --port="${DB_PORT:-3306}" --user="$DB_USER")
case "${1:-}" in
  backup)
    # One snapshot, which locks no table. Written beside and renamed, so that half a backup is never taken for a whole one.
    mysqldump "${server[@]}" --single-transaction --quick --hex-blob --no-tablespaces "$DB_NAME" > "$2.unfinished"
    mv "$2.unfinished" "$2"
    ;;
  restore)
    mysql "${server[@]}" "$DB_NAME" < "$2"
    ;;
  *)
    echo "mysql.sh backup|restore FILE" >&2
    exit 2
    ;;
esac
