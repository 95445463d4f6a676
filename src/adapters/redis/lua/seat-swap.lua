#!lua
-- Holds seats in place of others that the buyer holds, all in one step: takes the new ones, then gives the old ones back.
-- When the new ones are not to be had, the old ones stay. What it decides beside that is decided in seat-hold.
--
-- Fields: the buyer, then the seats. Own: as in seat-hold, and behind the hold ids of the new ones: how many holds are to
-- be given back, then those
local buyer_name, wanted, count = string.sub(ARGV[7], 2), ARGV[own + 8], ARGV[6] - 1
if logged - ARGV[own + 6] >= 0 and redis.call('LLEN', log) - ARGV[own + 6] >= 0 then return answer('BACKLOG') end

local given, first = {}, own + 9 + count
for i = first + 1, first + ARGV[first] do
  local seat_id = redis.call('HGET', event, 'h' .. ARGV[i])
  local claim = seat_id and claim_of(redis.call('HGET', event, 's' .. seat_id))
  if claim and claim.buyer == buyer_name and claim.seat == 'H' then
    claim.seat_id = seat_id
    given[#given + 1] = claim
  end
end

local live, lapses = string.match(found[2] or '0', '^(%d+)(.*)$')
if live - #given + wanted > tonumber(ARGV[own + 1]) then return refuse('SEAT_LIMIT_REACHED') end
-- include seat-free-for-buyer
local fields, together, lines, gone = { ARGV[7], live - #given + count .. lapses }, {}, {}, {}
for i = 1, count do
  local hold_id, fence = ARGV[own + 8 + i], next_number()
  local seat_id = string.sub(ARGV[7 + i], 2)
  local seat = 'HH,' .. ends .. ',,,' .. hold_id .. ',' .. fence .. middle
  fields[#fields + 1], fields[#fields + 2] = ARGV[7 + i], seat
  fields[#fields + 1], fields[#fields + 2] = 'h' .. hold_id, seat_id
  together[i] = seat_id
  lines[i] = fence .. ',AHh,' .. seat_id .. ',' .. seat
end
for _, claim in ipairs(given) do
  local seat = seat_with('AR', claim.ends, claim.order, at, claim.tail)
  fields[#fields + 1], fields[#fields + 2] = 's' .. claim.seat_id, seat
  gone[#gone + 1] = 'h' .. claim.hold_id
  lines[#lines + 1] = next_number() .. ',HAr,' .. claim.seat_id .. ',' .. seat
end
if tonumber(ends) < tonumber(next_end) then next_end = ends end
held = held + count - #given
redis.call('ZADD', expiry, ends, table.concat(together, ',') .. ':' .. ARGV[own + 9])
if #gone > 0 then redis.call('HDEL', event, unpack(gone)) end
tell_and_log(buyer_name, table.concat(lines, '\n'), record)
save(fields)
return answer('DONE')
