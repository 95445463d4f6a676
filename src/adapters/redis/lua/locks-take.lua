#!lua
-- Takes all of some locks or none.
-- KEYS: for each lock the key of its holder and the key of its latest fence.
-- ARGV[1] token of who asks, ARGV[2] milliseconds the locks last, ARGV[3] milliseconds a fence is remembered.
-- Returns the fences in the order of the locks; nothing when one of them is held.
for at = 1, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[at]) == 1 then return {} end
end
-- Fences are times in microseconds, so that they grow even over a loss of the memory; the latest one is remembered
-- for the case of two grants in one microsecond, or of a clock set back.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local fences = {}
for at = 1, #KEYS, 2 do
  redis.call('SET', KEYS[at], ARGV[1], 'NX', 'PX', ARGV[2])
  local fence = math.max(now, (tonumber(redis.call('GET', KEYS[at + 1])) or 0) + 1)
  redis.call('SET', KEYS[at + 1], string.format('%.0f', fence), 'PX', ARGV[3])
  fences[#fences + 1] = fence
end
return fences
