#!lua
-- Keeps a ticket until it is taken or over.
-- KEYS[1] hash of whose each ticket is, KEYS[2] sorted set of the tickets by when they end, in milliseconds since 1970.
-- ARGV[1] digest of the ticket, ARGV[2] whose it is, ARGV[3] milliseconds it lasts, ARGV[4] most that may wait.
-- Returns when it ends, or false when as many as may wait do.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A few with each that comes: more than come, so none stay, and no script is long.
local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
for _, ticket in ipairs(over) do
  redis.call('HDEL', KEYS[1], ticket)
  redis.call('ZREM', KEYS[2], ticket)
end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return false end
local ends = now + ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], string.format('%.0f', ends), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return ends
