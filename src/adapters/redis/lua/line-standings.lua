#!lua flags=no-writes
-- ARGV[3] series, ARGV[4...] users. Returns for each: rank (from 1), or 0 when active, or -2; then the milliseconds left.
local line = waiting_key .. ARGV[3]
local waits = somebody_waits(ARGV[3])
local found = {}
for i = 4, #ARGV do
  local left = left_of(ARGV[i])
  local rank = waits and left == -2 and redis.call('ZRANK', line, ARGV[i])
  found[#found + 1] = left ~= -2 and 0 or rank and rank + 1 or -2
  found[#found + 1] = left
end
return found
