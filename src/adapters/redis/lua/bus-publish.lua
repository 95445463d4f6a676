#!lua
-- Adds messages that the stream does not have, and wakes those who read it. A message that is published again while it
-- waits is there once.
-- KEYS: the stream; which entry each message is. ARGV: the channel; how many entries there may be; of each message: id,
-- key, body, time, trace.
-- Returns the latest entry of the stream, or false when there are too many.
local FIELDS = 5
if redis.call('XLEN', KEYS[1]) > tonumber(ARGV[2]) then return false end
for at = 3, #ARGV, FIELDS do
  local id = ARGV[at]
  if redis.call('HEXISTS', KEYS[2], id) == 0 then
    local entry = redis.call('XADD', KEYS[1], '*', 'id', id, 'key', ARGV[at + 1], 'body', ARGV[at + 2],
      'at', ARGV[at + 3], 'trace', ARGV[at + 4])
    redis.call('HSET', KEYS[2], id, entry)
  end
end
redis.call('SPUBLISH', ARGV[1], '')
local stream = redis.call('XINFO', 'STREAM', KEYS[1])
for at = 1, #stream, 2 do
  if stream[at] == 'last-generated-id' then return stream[at + 1] end
end
