#!lua
-- Stands behind the prelude of every script that decides: answers a repeated command from its record, and ends the
-- holds that are over before anything else is decided, so that decisions see only holds with time left.
if record ~= '' then
  local stored = redis.call('GET', KEYS[5])
  if stored then
    local load, digest, entry = string.match(stored, '^(%d+)\n([^\n]*)\n(.*)$')
    if load == generation then
      if digest ~= ARGV[4] then return { 'MISMATCH', '' } end
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
