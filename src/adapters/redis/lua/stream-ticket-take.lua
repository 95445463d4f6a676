#!lua
-- Takes a ticket, so that nobody can take it again. KEYS: see stream-ticket-keep.lua. ARGV[1] digest of the ticket.
-- Returns whose it is, or false when it is unknown, taken or over.
local whose = redis.call('HGET', KEYS[1], ARGV[1])
if not whose then return false end
local ends = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or 0)
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
local time = redis.call('TIME')
if ends <= time[1] * 1000 + math.floor(time[2] / 1000) then return false end
return whose
