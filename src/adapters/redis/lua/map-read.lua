#!lua flags=no-writes
-- The published map of an event, unless this server is not the one it was begun on: then what it shows may be lost.
-- KEYS[1] its point, KEYS[2] a letter for each seat. Returns epoch, version, letters; nothing when none stands.
local point = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'history')
local here = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
if not point[1] or point[3] ~= here then return {} end
return { point[1], point[2], redis.call('GET', KEYS[2]) or '' }
