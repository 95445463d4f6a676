#!lua
-- Joins a line. ARGV[3] series, ARGV[4] user, ARGV[5] most who may wait, ARGV[6] milliseconds between batches.
-- Returns rank (from 1), or 0 and the milliseconds left, or -1.
local series, user = ARGV[3], ARGV[4]
local left = left_of(user)
if left ~= -2 then return {0, left} end
local line = waiting_key .. series
local kind = redis.call('TYPE', line).ok
if kind ~= 'zset' and kind ~= 'none' then redis.call('RENAME', line, line .. ':strange') end
local rank = redis.call('ZRANK', line, user)
if rank then return {rank + 1, 0} end
local waiting = redis.call('ZCARD', line)
if waiting >= tonumber(ARGV[5]) then return {-1, 0} end
-- Behind the last one, also when two come in the same microsecond or the clock was set back.
local last = redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')
local score = math.max(now, last[2] and tonumber(last[2]) + 0.001 or 0)
redis.call('ZADD', line, string.format('%.3f', score), user)
local pace = pace_key .. series
if waiting == 0 or redis.call('HEXISTS', pace, 'due') == 0 then
  redis.call('HSET', pace, 'due', string.format('%.3f', now + ARGV[6]))
end
return {waiting + 1, 0}
