#!lua flags=allow-oom
-- Lengthens a hold: the later of its end and now, or its end, plus the extension, never past its latest end.
-- Fields: the hold. Own: [1] buyer, [2] milliseconds, [3] "END" to add them to the end
local seat_id = found[2]
if not seat_id then return refuse('RESERVATION_NOT_FOUND') end
local claim = claim_of(redis.call('HGET', event, 's' .. seat_id))
if claim.buyer ~= ARGV[own + 1] then return refuse('RESERVATION_NOT_FOUND') end
if claim.seat ~= 'H' then return refuse('RESERVATION_NOT_ACTIVE') end
local ends, latest_end = tonumber(claim.ends), tonumber(claim.latest_end)
if ends >= latest_end then return refuse('EXTENSION_LIMIT') end
local from = ARGV[own + 3] == 'END' and ends or at
local extended = string.format('%d', math.min(math.max(ends, from + ARGV[own + 2]), latest_end))
local seat = seat_with('HH', extended, claim.order, claim.ended, claim.tail)
redis.call('ZADD', expiry, extended, seat_id .. ':' .. string.sub(ARGV[7], 2))
tell_and_log(claim.buyer, '0,---,' .. seat_id .. ',' .. seat, record)
save({ 's' .. seat_id, seat })
return answer('DONE')
