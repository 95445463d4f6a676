#!lua
-- Writes the names of seed 002 anew, unless a reading that began later was written.
-- KEYS: reserved_users, queue_users, waiting_queue, and what was written.
-- ARGV[1] which reading it is, ARGV[2] how many have a seat; then these users, then those who wait in their order.
local reading = tonumber(ARGV[1])
if reading <= tonumber(redis.call('HGET', KEYS[4], 'written') or '0') then return 0 end
redis.call('HSET', KEYS[4], 'written', reading)
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])

local function add(command, key, from, to)
  for first = from, to, 1000 do
    redis.call(command, key, unpack(ARGV, first, math.min(first + 999, to)))
  end
end
local reserved = 2 + tonumber(ARGV[2])
add('SADD', KEYS[1], 3, reserved)
add('SADD', KEYS[2], reserved + 1, #ARGV)
add('RPUSH', KEYS[3], reserved + 1, #ARGV)
return 1
