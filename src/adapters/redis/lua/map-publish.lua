#!lua
-- The next version of a map: letters, version and news in one step, if the map stands where the patch starts.
-- KEYS[1] its point, KEYS[2] a letter for each seat. ARGV[1] fence of who leads, ARGV[2] epoch, ARGV[3] the version it
-- starts from, ARGV[4] the next, ARGV[5] channel, ARGV[6] the patch as JSON; then place and letter of each seat.
-- Returns 1 when it was done.
local point = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'history', 'fence')
local here = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
if point[1] ~= ARGV[2] or point[2] ~= ARGV[3] or point[3] ~= here then return 0 end
if (tonumber(point[4]) or 0) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[4], 'fence', ARGV[1])
for at = 7, #ARGV, 2 do redis.call('SETRANGE', KEYS[2], ARGV[at], ARGV[at + 1]) end
redis.call('SPUBLISH', ARGV[5], 'p' .. ARGV[6])
return 1
