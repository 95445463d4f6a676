#!lua
-- Puts a map in place of one that stands at an earlier point, or that was begun on another server.
-- KEYS[1] its point, KEYS[2] a letter for each seat. ARGV[1] epoch, ARGV[2] version, ARGV[3] letters, ARGV[4] channel.
local point = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'history')
local here = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
if point[1] and point[3] == here then
  local epoch, version = tonumber(point[1]), tonumber(point[2])
  local wanted = tonumber(ARGV[1])
  if epoch > wanted or (epoch == wanted and version >= tonumber(ARGV[2])) then return 0 end
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'version', ARGV[2], 'history', here)
redis.call('SET', KEYS[2], ARGV[3])
redis.call('SPUBLISH', ARGV[4], 'r' .. ARGV[1] .. '.' .. ARGV[2])
return 1
