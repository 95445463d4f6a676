#!lua
-- Part of the scripts that hold seats, run when the buyer may have so many: refuses whom lapses keep out, and seats that
-- are not free; then says how the claims of the others begin. Takes lapses, count and buyer_name, and makes ends and middle.
if lapses ~= '' then
  local allowed, recent = tonumber(ARGV[own + 2]), {}
  for lapse in string.gmatch(lapses, '%d+') do
    if tonumber(lapse) > at - WINDOW then recent[#recent + 1] = tonumber(lapse) end
  end
  if #recent >= allowed then
    return refuse('HOLD_CHURN', string.format('%d', recent[#recent - allowed + 1] + WINDOW - at))
  end
end
if count == 0 then return refuse('NONE_NAMED') end

local taken
for i = 1, count do
  local seat = found[2 + i]
  if seat and string.byte(seat) ~= 65 then
    taken = (taken and taken .. ',' or '') .. string.sub(ARGV[7 + i], 2)
  end
end
if taken then return refuse('SEATS_TAKEN', taken) end

local ends = string.format('%d', at + ARGV[own + 3])
local middle = ',' .. at .. ',' .. string.format('%d', at + ARGV[own + 4]) .. ',' .. ARGV[own + 9] .. ',' .. buyer_name
  .. ARGV[own + 5]
