#!lua
-- Starts the time of a lock anew, for its owner only.
-- KEYS[1] holder. ARGV[1] token of the owner, ARGV[2] milliseconds. Returns 1 when it was the owner's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
