#!lua flags=allow-oom
-- Gives back those of the holds that are the buyer's and still held. Works when memory is out: it frees some.
-- Fields: the holds. Own: [1] buyer, [2] who has them given back
local buyer_name = ARGV[own + 1]
local fields, lines, gone = {}, {}, {}
for i = 1, own - 6 do
  local seat_id = found[1 + i]
  local claim = seat_id and claim_of(redis.call('HGET', event, 's' .. seat_id))
  if claim and claim.buyer == buyer_name and claim.seat == 'H' then
    local seat = seat_with('AR', claim.ends, claim.order, at, claim.tail)
    fields[#fields + 1], fields[#fields + 2] = 's' .. seat_id, seat
    gone[#gone + 1] = ARGV[6 + i]
    lines[#lines + 1] = next_number() .. ',HAr,' .. seat_id .. ',' .. seat
  end
end
if #lines == 0 then return answer('NOTHING') end
local buyer = buyer_of(buyer_name)
buyer.live = buyer.live - #lines
held = held - #lines
redis.call('HDEL', event, unpack(gone))
tell_and_log(ARGV[own + 2], table.concat(lines, '\n'), record)
save_buyers(fields)
save(fields)
return answer('DONE')
