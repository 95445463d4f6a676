#!lua
-- Part of the scripts that hold seats, run when the buyer may have so many: refuses whom lapses keep out, and seats that
-- are not free. Takes lapses and lapses_allowed, and count seats that stand behind the buyer's place, first, among ARGV.
if lapses ~= '' then
  local recent = {}
  for lapse in string.gmatch(lapses, '%d+') do
    if tonumber(lapse) > at - WINDOW then recent[#recent + 1] = tonumber(lapse) end
  end
  if #recent >= lapses_allowed then
    return refuse('HOLD_CHURN', string.format('%d', recent[#recent - lapses_allowed + 1] + WINDOW - at))
  end
end
if count == 0 then return refuse('NONE_NAMED') end

local taken
for i = first + 1, first + count do
  local seat = found[i - 5]
  if seat and string.byte(seat) ~= 65 then taken = (taken and taken .. ',' or '') .. string.sub(ARGV[i], 2) end
end
if taken then return refuse('SEATS_TAKEN', taken) end
