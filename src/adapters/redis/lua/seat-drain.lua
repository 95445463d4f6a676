#!lua flags=allow-oom
-- Takes from the log what is in the ledger now, and gives what comes next. Whoever drains is alone for a while; should
-- two ever drain at once, the ledger lets only one of them write (its cursor), so this lease only saves work.
--
-- KEYS as in seat-prelude. ARGV[1] the node that drains, [2] channel, [3] milliseconds until its lease lapses,
-- [4] generation whose entries are in the ledger now, [5] the latest of them, [6] entries wanted at most
local event, log = KEYS[1], KEYS[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local known = redis.call('HMGET', event, 'generation', 'drained', 'drainer', 'drains_until', 'now')
local generation, drained = known[1], tonumber(known[2])
if not generation then return { 'NOTHING', '0', '0', '0' } end
-- The latest entry; while the event is being loaded anew there will be none.
local sequence = known[5] and string.match(known[5], '^%x+,%d+,%d+,%d+,(%d+)') or '0'
if known[3] and known[3] ~= ARGV[1] and now < tonumber(known[4]) then
  return { 'BUSY', generation, drained }
end

if ARGV[4] == generation and tonumber(ARGV[5]) > drained then
  drained = tonumber(ARGV[5])
  while true do
    local oldest, written = redis.call('LRANGE', log, 0, 499), 0
    for _, entry in ipairs(oldest) do
      if tonumber(string.match(entry, '^%d+')) > drained then break end
      written = written + 1
    end
    if written > 0 then redis.call('LTRIM', log, written, -1) end
    if written < 500 then break end
  end
  redis.call('HSET', event, 'drained', drained)
  -- With nothing left in the log, what was told but not logged counts as written too: the ledger had it before.
  local reached = redis.call('LLEN', log) == 0 and sequence or drained
  redis.call('SPUBLISH', ARGV[2], 'D,' .. generation .. ',' .. reached)
end

local wanted = tonumber(ARGV[6])
local batch = wanted > 0 and redis.call('LRANGE', log, 0, wanted - 1) or {}
if #batch == 0 then
  redis.call('HDEL', event, 'drainer', 'drains_until')
else
  redis.call('HSET', event, 'drainer', ARGV[1], 'drains_until', string.format('%.0f', now + tonumber(ARGV[3])))
end
return { 'DONE', generation, drained, sequence, unpack(batch) }
