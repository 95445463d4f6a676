#!lua flags=allow-oom
-- The buyer's held seats become seats being paid for, with the payment's own deadline; all or none.
-- Fields: the seats. Own: [1] buyer, [2] order, [3] deadline, [4] "UNKNOWN" when a seat after those is in no hall
local buyer_name, order, deadline = ARGV[own + 1], ARGV[own + 2], tonumber(ARGV[own + 3])
local claims = {}
for i = 1, own - 6 do
  local seat_id, claim = string.sub(ARGV[6 + i], 2), found_claim(i)
  if claim.seat == 'A' and claim.state == 'E' and claim.buyer == buyer_name then
    return refuse('RESERVATION_EXPIRED')
  end
  if claim.seat == 'A' or claim.seat == 'B' then return refuse('SEAT_NOT_RESERVED', seat_id) end
  if claim.buyer ~= buyer_name then return refuse('SEAT_NOT_YOURS', seat_id) end
  if claim.seat ~= 'H' then return refuse('SEAT_NOT_RESERVED', seat_id) end
  claims[i] = claim
end
if ARGV[own + 4] == 'UNKNOWN' then return refuse('SEATS_UNKNOWN') end
if #claims == 0 then return answer('NOTHING') end
local fields, lines, scores = {}, {}, {}
for i, claim in ipairs(claims) do
  local seat_id = string.sub(ARGV[6 + i], 2)
  local ends = string.format('%d', math.max(deadline, claim.ends))
  local seat = seat_with('PP', ends, order, claim.ended, claim.tail)
  fields[2 * i - 1], fields[2 * i] = ARGV[6 + i], seat
  scores[2 * i - 1], scores[2 * i] = ends, claim.hold_id .. ':' .. seat_id
  lines[i] = next_number() .. ',HPb,' .. seat_id .. ',' .. seat
end
held = held - #claims
count(#claims, 0, 0)
redis.call('ZADD', paying, unpack(scores))
tell_and_log(buyer_name, table.concat(lines, '\n'), record)
save(fields)
return answer('DONE')
