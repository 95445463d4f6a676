#!lua flags=allow-oom
-- Takes free seats out of the sale or puts them back, all or none; seats that are so already are left alone.
-- Fields: the seats. Own: [1] who asks, [2] letters of the move ("ABk" or "BAu")
local move = ARGV[own + 2]
local from, to = string.sub(move, 1, 1), string.sub(move, 2, 2)
local fields, lines, wrong = {}, {}, {}
for i = 1, own - 6 do
  local seat, seat_id = found[1 + i] or 'A', string.sub(ARGV[6 + i], 2)
  local state = string.sub(seat, 1, 1)
  if state == from then
    local moved = to .. string.sub(seat, 2)
    fields[#fields + 1], fields[#fields + 2] = ARGV[6 + i], moved
    lines[#lines + 1] = next_number() .. ',' .. move .. ',' .. seat_id .. ',' .. moved
  elseif state ~= to then
    wrong[#wrong + 1] = seat_id
  end
end
if #wrong > 0 then return refuse('SEATS_NOT_FREE', table.concat(wrong, ',')) end
if #lines == 0 then return answer('NOTHING') end
count(0, 0, to == 'B' and #lines or -#lines)
tell_and_log(ARGV[own + 1], table.concat(lines, '\n'), record)
save(fields)
return answer('DONE')
