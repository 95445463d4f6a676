#!lua
-- Stands behind the prelude of every script that decides: answers a repeated command from its record, and ends the
-- holds that are over before anything else is decided, so that decisions see only holds with time left.
if record ~= '' then
  local digest, id = string.match(ARGV[4], '^([^\n]*)\n(.*)$')
  for day = 5, 7 do
    local stored = redis.call('HGET', KEYS[day], id)
    local before, entry
    if stored then before, entry = recorded(stored) end
    if before then
      if before ~= digest then return { 'MISMATCH', '' } end
      return { 'REPEATED', '', entry }
    end
  end
  -- What an earlier load decided is in the ledger with its record, or was lost with it. Only who has asked the ledger since
  -- knows which, whether or not a record is left here.
  if ARGV[5] ~= generation then return { 'EARLIER', generation } end
end

if tonumber(next_end) <= tonumber(at) then
  -- include seat-claims
  -- include seat-lapse
  found = redis.call('HMGET', event, 'now', unpack(ARGV, 7, own))
end
