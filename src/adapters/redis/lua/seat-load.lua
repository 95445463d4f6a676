#!lua flags=allow-oom
-- Loads an event from the ledger, in steps of one loader at a time, who holds a token for as long as he goes on. Until
-- the last step the event has no numbers, so nobody sees it half loaded: every other script answers NOT_LOADED.
--
-- KEYS as in seat-prelude. ARGV[1] step; `keep` only makes sure that the token is still the loader's. [2] token, [3] milliseconds until the token lapses, then what the step needs.
local event, expiry, paying, log = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local step, token = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local info = redis.call('INFO', 'replication')
local run = string.match(info, 'master_replid:(%x+)')
local known = redis.call('HMGET', event, 'now', 'loader', 'loads_until')
local loads = known[2] and now < tonumber(known[3])

if step == 'begin' then
  -- ARGV[4] a generation that must not stay, because the ledger has gone on from it, or empty
  local loaded_into, generation = string.match(known[1] or '', '^(%x+),%d+,%d+,(%d+)')
  if loaded_into == run and generation ~= ARGV[4] then return 'LOADED' end
  if loads and known[2] ~= token then return 'BUSY' end
  -- From here on nobody is promised anything that the loading would not see. What was decided before stays in the log.
  if known[1] then redis.call('HDEL', event, 'now') end
elseif not loads or known[2] ~= token then
  return 'OVERTAKEN'
end
redis.call('HSET', event, 'loader', token, 'loads_until', string.format('%.0f', now + tonumber(ARGV[3])))

if step == 'clear' then
  redis.call('UNLINK', event, expiry, paying, log)
  redis.call('HSET', event, 'loader', token, 'loads_until', string.format('%.0f', now + tonumber(ARGV[3])))
elseif step == 'fields' then
  -- ARGV[4] how many follow, each as field, value
  redis.call('HSET', event, unpack(ARGV, 5, 4 + 2 * tonumber(ARGV[4])))
elseif step == 'ends' then
  -- ARGV[4] how many follow, each as "expiry" or "paying", end, member
  for i = 1, tonumber(ARGV[4]) do
    local place = 2 + 3 * i
    redis.call('ZADD', ARGV[place] == 'paying' and paying or expiry, ARGV[place + 1], ARGV[place + 2])
  end
elseif step == 'finish' then
  -- ARGV[4] channel, [5] epoch, [6] latest time known, [7] highest seat id, [8..11] held, paying, sold, blocked
  local first_end = redis.call('ZRANGE', expiry, 0, 0, 'WITHSCORES')[2] or '9007199254740991'
  redis.call('HSET', event, 'generation', ARGV[5], 'drained', 0, 'seats_to', ARGV[7],
    'now', run .. ',0,' .. ARGV[5] .. ',' .. ARGV[5] .. ',0,0,' .. ARGV[6] .. ',' .. first_end .. ',0,' .. ARGV[8] .. ','
      .. ARGV[9] .. ',' .. ARGV[10] .. ',' .. ARGV[11])
  redis.call('HDEL', event, 'loader', 'loads_until')
  redis.call('SPUBLISH', ARGV[4], 'R,' .. ARGV[5])
end
return 'OK'
