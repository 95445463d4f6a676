#!lua
-- Puts requests at the end of their lanes, each once however often it is told of: what was put there is kept by its id.
-- KEYS[1..3] the lanes, [4] which request is which entry, [5] the node that serves. ARGV: lane (1 to 3) and request, …
-- Returns 1 when some node serves the event: it looks again before it leaves.
local told = KEYS[4]
for at = 1, #ARGV, 2 do
  local lane, request = ARGV[at], ARGV[at + 1]
  if redis.call('HEXISTS', told, request) == 0 then
    local key = KEYS[tonumber(lane)]
    local kind = redis.call('TYPE', key).ok
    if kind ~= 'stream' and kind ~= 'none' then redis.call('RENAME', key, key .. ':strange') end
    redis.call('HSET', told, request, lane .. redis.call('XADD', key, '*', 'request_id', request))
  end
end
-- An empty lane is forgotten after a while, see queue-turn.
for lane = 1, 4 do redis.call('PERSIST', KEYS[lane]) end
return redis.call('EXISTS', KEYS[5])
