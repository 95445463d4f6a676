#!lua flags=allow-oom
-- The ledger refused a sale that seat-claim prepared, or could not be asked: the claims end when they would have ended.
-- Fields: the seats. Own: for each its fence
for i = 1, own - 6 do
  local claim = found_claim(i)
  if claim.seat == 'P' and claim.fence == ARGV[own + i] then
    redis.call('ZADD', paying, 'XX', claim.ends, claim.hold_id .. ':' .. string.sub(ARGV[6 + i], 2))
  end
end
return answer('DONE')
