#!lua flags=allow-oom
-- Payments that are over, as far as Redis knows. Whether they ended or were sold in the last moment, the ledger knows.
-- Own: [1] how many at most
local facts = { at }
for i, each in ipairs(redis.call('ZRANGEBYSCORE', paying, '-inf', at, 'LIMIT', 0, ARGV[own + 1])) do
  local seat_id = string.match(each, ':(%d+)$')
  facts[i + 1] = next_number() .. ',' .. seat_id .. ',' .. redis.call('HGET', event, 's' .. seat_id)
end
if #facts > 1 then save({}) end
return answer('PICKED', table.concat(facts, '\n'))
