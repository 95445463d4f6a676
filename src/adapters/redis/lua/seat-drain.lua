#!lua flags=allow-oom
-- Takes from the log what is in the ledger now, and gives what comes next. Whoever drains is alone for a while; should
-- two ever drain at once, the ledger lets only one of them write (its cursor), so this lease only saves work.
--
-- KEYS as in seat-prelude. ARGV[1] the node that drains, [2] channel, [3] milliseconds until its lease lapses,
-- [4] generation whose entries are in the ledger now, [5] the latest of them, [6] how many were given last time, [7] entries
-- wanted at most, [8] the first of those that the node knows because it made them, [9] how many it knows from there on, [10]
-- their generation
local event, log = KEYS[1], KEYS[4]
-- Fewer are fetched together with what others made.
local KNOWN_AT_ONCE = 100
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

-- Which entry has this place in the log.
local function sequence_at(place)
  local entry = redis.call('LRANGE', log, place, place)[1]
  return entry and tonumber(string.match(entry, '^%d+'))
end

if ARGV[4] == generation and tonumber(ARGV[5]) > drained then
  drained = tonumber(ARGV[5])
  if tonumber(ARGV[6]) > 0 and sequence_at(ARGV[6] - 1) == drained then
    redis.call('LTRIM', log, ARGV[6], -1)
  else
    while true do
      local oldest, written = redis.call('LRANGE', log, 0, 499), 0
      for _, entry in ipairs(oldest) do
        if tonumber(string.match(entry, '^%d+')) > drained then break end
        written = written + 1
      end
      if written > 0 then redis.call('LTRIM', log, written, -1) end
      if written < 500 then break end
    end
  end
  redis.call('HSET', event, 'drained', drained)
  -- With nothing left in the log, what was told but not logged counts as written too: the ledger had it before.
  local reached = redis.call('LLEN', log) == 0 and sequence or drained
  redis.call('SPUBLISH', ARGV[2], 'D,' .. generation .. ',' .. reached)
end

-- What the node made itself it need not be given, when it stands in front without anything between.
local first, known, length = tonumber(ARGV[8]), tonumber(ARGV[9]), redis.call('LLEN', log)
local is_enough = known > 0 and known <= length and (known == length or known >= KNOWN_AT_ONCE)
local is_known = is_enough and ARGV[10] == generation and sequence_at(0) == first and sequence_at(known - 1) == first + known - 1
local wanted = is_known and 0 or tonumber(ARGV[7])
local batch = wanted > 0 and redis.call('LRANGE', log, 0, wanted - 1) or {}
if #batch == 0 and not is_known then
  redis.call('HDEL', event, 'drainer', 'drains_until')
else
  redis.call('HSET', event, 'drainer', ARGV[1], 'drains_until', string.format('%.0f', now + tonumber(ARGV[3])))
end
if is_known then return { 'KNOWN', generation, drained, sequence } end
return { 'DONE', generation, drained, sequence, unpack(batch) }
