#!lua flags=allow-oom
-- Forgets lapses that no longer count against anybody, so that buyers who left cost nothing. A part of the event at a
-- time: says where to go on, "0" when everything was looked at.
-- Own: [1] where to go on
local page = redis.call('HSCAN', event, ARGV[own + 1], 'MATCH', 'b*', 'COUNT', 500)
local gone = {}
for i = 1, #page[2], 2 do
  local live, lapses = string.match(page[2][i + 1], '^(%d+)(.*)$')
  local counts_still = live ~= '0'
  for lapse in string.gmatch(lapses, '%d+') do
    if tonumber(lapse) > at - WINDOW then counts_still = true end
  end
  if not counts_still then gone[#gone + 1] = page[2][i] end
end
if #gone > 0 then redis.call('HDEL', event, unpack(gone)) end
return answer('DONE', page[1])
