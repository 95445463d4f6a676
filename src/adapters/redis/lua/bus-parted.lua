#!lua
-- Takes members off a group's list that have been silent for long and have nothing open.
-- KEYS: the stream. ARGV: the group; milliseconds of silence.
local parted = {}
for _, each in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local member = {}
  for at = 1, #each, 2 do member[each[at]] = each[at + 1] end
  if member.pending == 0 and member.idle > tonumber(ARGV[2]) then parted[#parted + 1] = member.name end
end
for _, name in ipairs(parted) do redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name) end
return #parted
