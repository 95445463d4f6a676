#!lua flags=allow-oom
-- A hold that has not ended, with its seat.
-- Fields: the hold
if not found[2] then return answer('NOTHING') end
local seat = redis.call('HGET', event, 's' .. found[2])
if string.byte(seat) == 80 and has_doubts() then return answer('DOUBT') end
return answer('DONE', found[2] .. ',' .. seat)
