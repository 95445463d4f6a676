import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sharedProgram } from '../shared-program.ts';

const run = promisify(execFile);
const canRun = ['/usr/bin/curl', '/bin/bash', '/bin/grep'].every((path) => existsSync(path));

/**
 * What seed 004's clients are: shell scripts that send no header of ours, and read the answers with regular expressions.
 * These print what they read; `grep -P` counts on compact JSON, one line each, and on the order of the keys.
 */
const READING = String.raw`
set -euo pipefail
json='Content-Type: application/json'
post() { curl -s -w '\n%{http_code}' -X POST "$API$1" -H "$json" -d "$2"; }
body() { sed '$d'; }
code() { tail -n1; }
id_of() { grep -oP '"id":\s*\K\d+' || true; }
status_of() { grep -oP '"status":"\K[^"]+' || true; }
user() { curl -s -X POST "$API/api/users" -H "$json" -d "{\"username\":\"$1\",\"tier\":\"$2\"}" | id_of; }
setup() {
  curl -s -X POST "$API/api/concerts/setup" -H "$json" -d '{
    "title": "Shell", "artistName": "A", "entertainmentName": "E",
    "concertDate": "2027-03-01T18:00:00", "seatCount": 10 }'
}
`;

describe.skipIf(!canRun)('a client that is a shell script', () => {
  const { program } = sharedProgram({ SHED_DELAY_MS: '0', CONCERT_ADMIT_SECONDS: '3600' });
  const shell = async (script: string): Promise<string[]> => {
    const { stdout } = await run('/bin/bash', ['-c', READING + script], {
      env: { PATH: process.env.PATH, API: program.url, LC_ALL: 'C.UTF-8' },
    });
    return stdout.trim().split('\n');
  };

  it('sets a concert up and finds its newest concert, option and free seat', async () => {
    const [made, option, concert, lastOption, seat, first] = await shell(String.raw`
      answer=$(setup)
      echo "$answer" | grep -oP 'ConcertID=\K\d+'
      echo "$answer" | sed -n 's/.*OptionID=\([0-9]*\).*/\1/p'
      concert=$(curl -s "$API/api/concerts" | id_of | tail -n 1); echo "$concert"
      option=$(curl -s "$API/api/concerts/$concert/options" | id_of | tail -n 1); echo "$option"
      curl -s "$API/api/concerts/options/$option/seats" | grep -oP '"status":"AVAILABLE".*?"id":\s*\K\d+' | head -n 1
      curl -s "$API/api/concerts/options/$option/seats" | id_of | head -n 1
    `);
    expect(concert).toBe(made);
    expect(lastOption).toBe(option);
    // The expression finds the seat behind the first free one.
    expect(Number(seat)).toBe(Number(first) + 1);
  });

  it('holds, pays, cancels and is refunded, and sees who was let in', async () => {
    const lines = await shell(String.raw`
      owner=$(user "shell owner $$" BASIC); waiting=$(user "shell waiting $$" BASIC)
      concert=$(setup | grep -oP 'ConcertID=\K\d+')
      option=$(curl -s "$API/api/concerts/$concert/options" | id_of)
      seat=$(curl -s "$API/api/concerts/options/$option/seats" | id_of | head -n 1)
      join=$(post /api/v1/waiting-queue/join "{\"userId\":$waiting,\"concertId\":$concert}")
      echo "$(echo "$join" | code) $(echo "$join" | body | status_of)"
      held=$(post /api/reservations/v6/holds "{\"userId\":$owner,\"seatId\":$seat}")
      id=$(echo "$held" | body | id_of)
      echo "$(echo "$held" | code) $(echo "$held" | body | status_of)"
      for step in paying confirm cancel refund; do
        answer=$(post "/api/reservations/v6/$id/$step" "{\"userId\":$owner}")
        echo "$(echo "$answer" | code) $(echo "$answer" | body | status_of)"
        if [ $step = cancel ]; then
          let_in=$(echo "$answer" | body | grep -oP '"resaleActivatedUserIds":\[\K\d+')
          [ "$let_in" = "$waiting" ] && echo "let in"
        fi
      done
      curl -s "$API/api/reservations/v6/$id?userId=$owner" | status_of
      curl -s "$API/api/v1/waiting-queue/status?userId=$waiting&concertId=$concert" | status_of
      curl -s -o /dev/null -w '%{http_code}\n' -X DELETE "$API/api/users/$owner"
    `);
    expect(lines).toEqual([
      ...['200 WAITING', '201 HOLD', '200 PAYING', '200 CONFIRMED', '200 CANCELLED', 'let in'],
      ...['200 REFUNDED', 'REFUNDED', 'ACTIVE', '204'],
    ]);
  });

  it('reads a refusal by its status and its words', async () => {
    const lines = await shell(String.raw`
      user=$(user "shell guard $$" BASIC)
      option=$(setup | grep -oP 'OptionID=\K\d+')
      for seat in $(curl -s "$API/api/concerts/options/$option/seats" | id_of | head -n 4); do
        answer=$(post /api/reservations/v6/holds "{\"userId\":$user,\"seatId\":$seat,\"requestFingerprint\":\"r$seat\"}")
        echo "$answer" | code
      done
      echo "$answer" | grep -oP '"message":"\KRate limit exceeded'
      echo "$answer" | grep -oP '"status":\K\d+'
      curl -s "$API/api/reservations/v6/audit/abuse?userId=$user&result=BLOCKED&limit=20" | grep -o RATE_LIMIT_EXCEEDED
    `);
    expect(lines).toEqual(['201', '201', '201', '409', 'Rate limit exceeded', '409', 'RATE_LIMIT_EXCEEDED']);
  });

  it('counts the events of a stream at the beginnings of its lines', async () => {
    const lines = await shell(String.raw`
      concert=$(setup | grep -oP 'ConcertID=\K\d+')
      post /api/v1/waiting-queue/join "{\"userId\":900,\"concertId\":$concert}" > /dev/null
      heard=$(curl -sN --max-time 2 -H 'Accept: text/event-stream' \
        "$API/api/v1/waiting-queue/subscribe?userId=900&concertId=$concert" || true)
      grep -c '^event:INIT' <<< "$heard"
      grep -c '^event:RANK_UPDATE' <<< "$heard"
    `);
    expect(lines).toEqual(['1', '1']);
  });

  it('asks by way of the queue and polls', async () => {
    const lines = await shell(String.raw`
      user=$(user "shell queue $$" BASIC)
      option=$(setup | grep -oP 'OptionID=\K\d+')
      seat=$(curl -s "$API/api/concerts/options/$option/seats" | id_of | head -n 1)
      post /api/reservations/v4-opt/queue-polling "{\"userId\": $user, \"seatId\": $seat}" | code; echo
      for i in $(seq 1 50); do
        status=$(curl -s "$API/api/reservations/v4/status?userId=$user&seatId=$seat" | status_of)
        [ "$status" = SUCCESS ] && break
        sleep 0.1
      done
      echo "$status"
    `);
    expect(lines).toEqual(['202', 'SUCCESS']);
  });
});
