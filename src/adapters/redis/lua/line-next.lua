#!lua
-- A seat came back: lets the next one in. ARGV[3] most of such in an interval, ARGV[4] the interval in milliseconds,
-- ARGV[5] milliseconds that he may buy, ARGV[6] series. Returns whom.
local pace = pace_key .. ARGV[6]
local counted = redis.call('HMGET', pace, 'from', 'resold')
local from, resold = tonumber(counted[1]), tonumber(counted[2])
if not from or now - from >= tonumber(ARGV[4]) then from, resold = now, 0 end
if resold >= tonumber(ARGV[3]) then return {} end
local admitted = admit(ARGV[6], 1, ARGV[5])
if #admitted > 0 then
  redis.call('HSET', pace, 'from', string.format('%.3f', from), 'resold', resold + 1)
  -- An hour after the last one nothing that it says matters.
  redis.call('PEXPIRE', pace, 3600000 + ARGV[4])
end
return admitted
