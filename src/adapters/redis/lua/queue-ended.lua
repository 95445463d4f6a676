#!lua flags=allow-oom
-- Takes requests that are over out of their lanes, whoever has read them or not.
-- KEYS[1..3] the lanes, [4] which request is which entry. ARGV[1] the group, then the requests.
local told, entries = KEYS[4], { {}, {}, {} }
local found = redis.call('HMGET', told, unpack(ARGV, 2))
for _, place in ipairs(found) do
  if place then
    local lane = entries[tonumber(string.sub(place, 1, 1))]
    lane[#lane + 1] = string.sub(place, 2)
  end
end
for lane = 1, 3 do
  if #entries[lane] > 0 then
    redis.pcall('XACK', KEYS[lane], ARGV[1], unpack(entries[lane]))
    redis.pcall('XDEL', KEYS[lane], unpack(entries[lane]))
  end
end
return redis.call('HDEL', told, unpack(ARGV, 2))
