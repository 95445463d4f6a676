#!lua
-- Part of the scripts that hold seats, run when they are free: gives them to the buyer. Takes what seat-free-for-buyer takes,
-- the hold's own from place on, and when it ends; adds to fields and written, and makes together and changes.
local together, changes
local middle = ',' .. at .. ',' .. latest_end .. ',' .. ARGV[place + 5] .. ',' .. buyer_name .. ARGV[place]
for i = 1, count do
  local seat_field, hold_id, fence = ARGV[first + i], ARGV[place + 4 + i], next_number()
  local seat_id = string.sub(seat_field, 2)
  local seat = 'HH,' .. ends .. ',,,' .. hold_id .. ',' .. fence .. middle
  written[seat_field] = seat
  fields[#fields + 1], fields[#fields + 2] = 'h' .. hold_id, seat_id
  together = (together and together .. ',' or '') .. seat_id
  changes = (changes and changes .. '\n' or '') .. fence .. ',AHh,' .. seat_id .. ',' .. seat
end
held = held + count
if tonumber(ends) < tonumber(next_end) then next_end = ends end
