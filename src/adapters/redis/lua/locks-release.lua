#!lua
-- Gives back locks, those of them that are still the owner's.
-- KEYS: holders. ARGV[1] token of the owner. Returns how many were.
local released = 0
for _, holder in ipairs(KEYS) do
  -- Some have names of old, under which an operator may have put something else.
  if redis.pcall('GET', holder) == ARGV[1] then released = released + redis.call('DEL', holder) end
end
return released
