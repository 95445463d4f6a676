#!lua
-- Gives back locks, those of them that are still the owner's.
-- KEYS: holders. ARGV[1] token of the owner. Returns how many were.
local released = 0
for _, holder in ipairs(KEYS) do
  if redis.call('GET', holder) == ARGV[1] then released = released + redis.call('DEL', holder) end
end
return released
