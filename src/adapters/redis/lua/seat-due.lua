#!lua
-- Stands behind the prelude of every script that decides: answers a repeated command from its record, and ends the
-- holds that are over before anything else is decided, so that decisions see only holds with time left.
if record ~= '' then
  local stored = redis.call('GET', KEYS[5])
  if stored then
    local load, digest, entry = string.match(stored, '^(%d+)\n([^\n]*)\n(.*)$')
    -- A record of an earlier load stands for what is in the ledger with its effect, or was lost with it.
    if load == generation then
      if digest ~= ARGV[4] then return { 'MISMATCH', '' } end
      return { 'REPEATED', '', entry }
    end
  end
end

if tonumber(next_end) <= tonumber(at) then
  -- include seat-claims
  -- include seat-lapse
  found = redis.call('HMGET', event, 'now', unpack(ARGV, 7, own))
end
