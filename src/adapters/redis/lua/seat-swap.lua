#!lua
-- Holds seats in place of others that the buyer holds, all in one step: takes the new ones, then gives the old ones back.
-- When the new ones are not to be had, the old ones stay. What it decides beside that is decided in seat-hold.
--
-- Fields and own: as in seat-hold for one hold, whose record stands where that of any command does; behind the hold ids of
-- the new ones: how many holds are to be given back, then those
local first, place = 7, own + 9
local buyer_name, count, lapses_allowed = string.sub(ARGV[7], 2), ARGV[6] - 1, tonumber(ARGV[own + 2])
local ends, latest_end = string.format('%d', at + ARGV[own + 3]), string.format('%d', at + ARGV[own + 4])
if logged - ARGV[own + 5] >= 0 and redis.call('LLEN', log) - ARGV[own + 5] >= 0 then return answer('BACKLOG') end
if ARGV[place - 1] ~= '' and at - ARGV[place - 1] >= 0 then return answer('ADMISSION_INVALID') end

local given, back = {}, place + 5 + count
for i = back + 1, back + ARGV[back] do
  local seat_id = redis.call('HGET', event, 'h' .. ARGV[i])
  local claim = seat_id and claim_of(redis.call('HGET', event, 's' .. seat_id))
  if claim and claim.buyer == buyer_name and claim.seat == 'H' then
    claim.seat_id = seat_id
    given[#given + 1] = claim
  end
end

local live, lapses = string.match(found[2] or '0', '^(%d+)(.*)$')
if live - #given + count > tonumber(ARGV[own + 1]) then return refuse('SEAT_LIMIT_REACHED') end
-- include seat-free-for-buyer
local fields, written, gone = { ARGV[7], live - #given + count .. lapses }, {}, {}
-- include seat-held-for-buyer
for _, claim in ipairs(given) do
  local seat = seat_with('AR', claim.ends, claim.order, at, claim.tail)
  written['s' .. claim.seat_id] = seat
  gone[#gone + 1] = 'h' .. claim.hold_id
  changes = changes .. '\n' .. next_number() .. ',HAr,' .. claim.seat_id .. ',' .. seat
end
for field, value in pairs(written) do fields[#fields + 1], fields[#fields + 2] = field, value end
held = held - #given
redis.call('ZADD', expiry, ends, together .. ':' .. ARGV[place + 5])
if #gone > 0 then redis.call('HDEL', event, unpack(gone)) end
tell_and_log(buyer_name, changes, record)
save(fields)
return answer('DONE')
