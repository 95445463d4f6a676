#!lua
-- Puts requests at the end of their lanes, each once however often it is told of: what was put there is kept by its id.
-- KEYS[1..3] the lanes, [4] which request is which entry, [5] the node that serves. ARGV: lane (1 to 3) and request, …
-- Returns 1 when some node serves the event: it looks again before it leaves.
local told, requests, seen, places = KEYS[4], {}, {}, {}
for at = 2, #ARGV, 2 do requests[at / 2] = ARGV[at] end
for i, place in ipairs(redis.call('HMGET', told, unpack(requests))) do
  local lane, request = ARGV[2 * i - 1], requests[i]
  if not place and not seen[request] then
    local key = KEYS[tonumber(lane)]
    if not seen[key] then
      local kind = redis.call('TYPE', key).ok
      if kind ~= 'stream' and kind ~= 'none' then redis.call('RENAME', key, key .. ':strange') end
    end
    seen[key], seen[request] = true, true
    places[#places + 1], places[#places + 2] = request, lane .. redis.call('XADD', key, '*', 'request_id', request)
  end
end
if #places > 0 then redis.call('HSET', told, unpack(places)) end
-- An empty lane is forgotten after a while, see queue-turn.
for lane = 1, 4 do redis.call('PERSIST', KEYS[lane]) end
return redis.call('EXISTS', KEYS[5])
