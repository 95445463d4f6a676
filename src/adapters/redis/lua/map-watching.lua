#!lua
-- Counts who watches over all nodes. A node that says nothing for a while counts no more.
-- KEYS[1] for each node its count and until when that holds. ARGV[1] node, ARGV[2] its count, ARGV[3] milliseconds it
-- holds, ARGV[4] channel, ARGV[5] '1' to tell the sum though it is the same as before.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%s:%.0f', ARGV[2], now + ARGV[3]))
end
local entries = redis.call('HGETALL', KEYS[1])
local sum, told = 0, '0'
for at = 1, #entries, 2 do
  local count, holds = string.match(entries[at + 1], '^(%d+):(%d+)$')
  if not count then
    told = entries[at + 1]
  elseif tonumber(holds) < now then
    redis.call('HDEL', KEYS[1], entries[at])
  else
    sum = sum + tonumber(count)
  end
end
if ARGV[5] == '1' or told ~= tostring(sum) then
  redis.call('HSET', KEYS[1], 'sum', tostring(sum))
  redis.call('SPUBLISH', ARGV[4], 'w' .. sum)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return sum
