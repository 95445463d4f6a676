#!lua
-- Takes a lease that nobody holds, or starts its time anew for who holds it.
-- KEYS[1] holder, KEYS[2] latest fence. ARGV[1] token of who asks, ARGV[2] milliseconds it lasts, ARGV[3] milliseconds
-- a fence is remembered. Returns the fence of the holding, or false when somebody else holds it.
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  local fence = redis.call('GET', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  if fence then return tonumber(fence) end
elseif holder then
  return false
end
-- Times in microseconds: see locks-take.lua.
local time = redis.call('TIME')
local fence = math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('GET', KEYS[2])) or 0) + 1)
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], string.format('%.0f', fence), 'PX', ARGV[3])
return fence
