#!lua
-- Holds seats for a buyer, all or none. Racing buyers are decided in the order in which their scripts run: nothing comes
-- between reading how the seats stand and writing the claims.
--
-- Fields: the buyer, then the seats; without seats only the buyer is looked at.
-- Own: [1] live seats allowed, [2] lapses allowed, [3] milliseconds to the end, [4] to the latest end,
-- [5] ",<session>,<admission>", [6] entries the log may have, [7] "BEST" when the node looked for the seats,
-- [8] seats wanted, then as many hold ids as there are seats
local buyer_name, wanted, count = string.sub(ARGV[7], 2), ARGV[own + 8], ARGV[6] - 1

-- Seats that were freed just now may be better than those that the node found: it hears of them with this answer.
if #entries > 0 and ARGV[own + 7] == 'BEST' then return answer('SEATS_TAKEN') end
-- What is held must be able to follow into the ledger.
if logged - ARGV[own + 6] >= 0 and redis.call('LLEN', log) - ARGV[own + 6] >= 0 then return answer('BACKLOG') end

local live, lapses = string.match(found[2] or '0', '^(%d+)(.*)$')
if live + wanted > tonumber(ARGV[own + 1]) then return refuse('SEAT_LIMIT_REACHED') end
-- include seat-free-for-buyer
local fields, together, changes = { ARGV[7], live + count .. lapses }, nil, nil
for i = 1, count do
  local seat_field, hold_id, fence = ARGV[7 + i], ARGV[own + 8 + i], next_number()
  local seat_id = string.sub(seat_field, 2)
  local seat = 'HH,' .. ends .. ',,,' .. hold_id .. ',' .. fence .. middle
  local place = 4 * i
  fields[place - 1], fields[place], fields[place + 1], fields[place + 2] = seat_field, seat, 'h' .. hold_id, seat_id
  together = (together and together .. ',' or '') .. seat_id
  changes = (changes and changes .. '\n' or '') .. fence .. ',AHh,' .. seat_id .. ',' .. seat
end
if tonumber(ends) < tonumber(next_end) then next_end = ends end
held = held + count
redis.call('ZADD', expiry, ends, together .. ':' .. ARGV[own + 9])
tell_and_log(buyer_name, changes, record)
save(fields)
return answer('DONE')
