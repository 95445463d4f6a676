#!lua flags=allow-oom
-- The organiser added seats. What is claimed stays claimed; of the new seats, those that are blocked from the start are
-- blocked. A new epoch makes every map start over. Told as an event whose hall changed.
-- Fields: seats_to, then seats that may be blocked. Own: [1] a new epoch, or 0 when there is more to block, [2] the
-- highest seat id. Answers with the highest seat id that was known before.
local raised, highest, known = tonumber(ARGV[own + 1]), tonumber(ARGV[own + 2]), tonumber(found[2])
local fields = {}
for i = 2, own - 6 do
  if not found[1 + i] and tonumber(string.sub(ARGV[6 + i], 2)) > known then
    fields[#fields + 1], fields[#fields + 2] = ARGV[6 + i], 'B'
    count(0, 0, 1)
  end
end
if raised > tonumber(epoch) then
  fields[#fields + 1], fields[#fields + 2] = 'seats_to', string.format('%d', math.max(highest, known))
  epoch, moves = ARGV[own + 1], 0
  redis.call('SPUBLISH', channel, 'G,' .. epoch)
end
save(fields)
return answer('DONE', string.format('%d', known))
