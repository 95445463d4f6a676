#!/usr/bin/env bash
# Brings a version up by compose, waits until it serves, and goes back to the one before when it does not:
#   deploy/rollout.sh 1.4.2
# LEDGER (postgres or mysql) chooses the ledger, HEALTH_URL what is asked (nginx), GATE_SECONDS how long it is waited for.
# Which version runs is in deploy/.deployed. Ends with 1 when it went back, with 2 when nothing serves.
set -euo pipefail
cd "$(dirname "$0")"
tag="${1:?name a version}"
deployed="${DEPLOYED_FILE:-.deployed}"
before="$(cat "$deployed" 2> /dev/null || true)"
compose=(docker compose -f compose.cluster.yml --env-file "${LEDGER:-postgres}.env")

bring_up() {
  ONRUSH_TAG="$1" "${compose[@]}" pull --quiet migrate app payment auditor || return 1
  # First the tables, then the nodes, each of which must be healthy.
  ONRUSH_TAG="$1" "${compose[@]}" up -d --no-build --wait --wait-timeout "${GATE_SECONDS:-180}" || return 1
  "${compose[@]}" exec -T nginx nginx -s reload || return 1
  serves
}

# Five good answers in a row through the front door, with a moment between them.
serves() {
  local good=0 left=$((${GATE_SECONDS:-180} * 2))
  while ((left-- > 0)); do
    if curl --silent --fail --insecure --max-time 3 --output /dev/null "${HEALTH_URL:-https://localhost/health}"; then
      ((++good >= 5)) && return 0
    else
      good=0
    fi
    sleep 0.5
  done
  return 1
}

if bring_up "$tag"; then
  echo "$tag" > "$deployed"
  echo "$tag serves"
  exit 0
fi
echo "$tag does not serve" >&2
if [[ -z "$before" || "$before" == "$tag" ]]; then
  echo "and there is none before it" >&2
  exit 2
fi
if bring_up "$before"; then
  echo "went back to $before" >&2
  exit 1
fi
echo "$before does not serve either: see docs/runbook.md#no-node" >&2
exit 2
