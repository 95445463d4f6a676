#!lua flags=allow-oom
-- Lengthens a hold: the later of its end and now plus the extension, never past its latest end.
-- Fields: the hold. Own: [1] buyer, [2] milliseconds
local seat_id = found[2]
if not seat_id then return refuse('RESERVATION_NOT_FOUND') end
local claim = claim_of(redis.call('HGET', event, 's' .. seat_id))
if claim.buyer ~= ARGV[own + 1] then return refuse('RESERVATION_NOT_FOUND') end
if claim.seat ~= 'H' then return refuse('RESERVATION_NOT_ACTIVE') end
local ends, latest_end = tonumber(claim.ends), tonumber(claim.latest_end)
if ends >= latest_end then return refuse('EXTENSION_LIMIT') end
local extended = string.format('%d', math.min(math.max(ends, at + ARGV[own + 2]), latest_end))
local seat = seat_with('HH', extended, claim.order, claim.ended, claim.tail)
redis.call('ZADD', expiry, extended, seat_id .. ':' .. string.sub(ARGV[7], 2))
tell_and_log(claim.buyer, '0,---,' .. seat_id .. ',' .. seat, record)
save({ 's' .. seat_id, seat })
return answer('DONE')
