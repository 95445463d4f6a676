#!lua flags=allow-oom
-- Makes seats stand as the ledger says. Told, but not logged: the ledger has these moves already. A claim that is no
-- longer as the ledger was asked about it was settled by somebody else, and is left alone; so twice does no harm.
-- Fields: the seats. Own: [1] who asked, [2] when it was decided, then for each seat
-- its fence, the move ("PSs", "PAd", "SAf"…), the letter of the claim after it, when it ended, the number of the move
local fields, lines, gone, ended = {}, {}, {}, {}
for i = 1, own - 6 do
  local place, claim, seat_id = own - 3 + 5 * i, found_claim(i), string.sub(ARGV[6 + i], 2)
  local move = ARGV[place + 2]
  if claim.seat == string.sub(move, 1, 1) and claim.fence == ARGV[place + 1] then
    local to = string.sub(move, 2, 2)
    local after = seat_with(to .. ARGV[place + 3], claim.ends, claim.order, ARGV[place + 4], claim.tail)
    fields[#fields + 1], fields[#fields + 2] = ARGV[6 + i], after
    lines[#lines + 1] = ARGV[place + 5] .. ',' .. move .. ',' .. seat_id .. ',' .. after
    if claim.seat == 'P' then
      local buyer = buyer_of(claim.buyer)
      buyer.live = buyer.live - 1
      count(-1, 0, 0)
      gone[#gone + 1], ended[#ended + 1] = 'h' .. claim.hold_id, claim.hold_id .. ':' .. seat_id
    else
      count(0, -1, 0)
    end
    if to == 'S' then count(0, 1, 0) end
  end
end
if #lines == 0 then return answer('NOTHING') end
if #gone > 0 then
  redis.call('HDEL', event, unpack(gone))
  redis.call('ZREM', paying, unpack(ended))
end
local latest = at
at = ARGV[own + 2]
tell(ARGV[own + 1], table.concat(lines, '\n'), '')
at = latest
save_buyers(fields)
save(fields)
return answer('DONE')
