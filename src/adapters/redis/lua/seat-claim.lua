#!lua flags=allow-oom
-- First half of a sale: makes sure that all seats are claimed by the order, and that nobody ends these claims while the
-- ledger is asked. A seat whose claim is over is claimed anew if nobody has it. The ledger's answer is brought by
-- seat-settle; if it never comes, the claims become doubtful after the grace, and the ledger is asked what it did.
--
-- Fields: the seats. Own: [1] order, [2] buyer, [3] grace in milliseconds, [4] "UNKNOWN" when a seat after those is in
-- no hall, then for each seat its fence and the id of a new hold
local order, buyer_name = ARGV[own + 1], ARGV[own + 2]
if has_doubts() then return answer('DOUBT') end

local wanted = {}
for i = 1, own - 6 do
  local claim = found_claim(i)
  local is_own = claim.order == order
  local each = { seat_id = string.sub(ARGV[6 + i], 2), seat = found[1 + i] }
  if claim.seat == 'S' and is_own then
    -- The order may not know the fence of a seat that it claimed anew before a crash, but the seat knows its order.
    each.is_sold = true
  elseif claim.seat == 'P' and is_own and claim.fence == ARGV[own + 3 + 2 * i] then
    each.hold_id = claim.hold_id
  elseif claim.seat == 'A' then
    each.before, each.hold_id = claim, ARGV[own + 4 + 2 * i]
  else
    return answer('SEATS_LOST')
  end
  wanted[i] = each
end
if ARGV[own + 4] == 'UNKNOWN' then return answer('SEATS_UNKNOWN') end

local fields, lines, buyer = {}, {}, buyer_of(buyer_name)
local patience = string.format('%d', at + ARGV[own + 3])
for i, each in ipairs(wanted) do
  if each.before then
    local fence = next_number()
    local admission = each.before.order == order and string.match(each.before.tail, '[^,]*$') or ''
    local tail = each.hold_id .. ',' .. fence .. ',' .. at .. ',' .. at .. ',' .. each.hold_id .. ','
      .. buyer_name .. ',,' .. admission
    each.seat = seat_with('PP', at, order, '', tail)
    lines[#lines + 1] = fence .. ',AHl,' .. each.seat_id .. ',' .. seat_with('HH', at, order, '', tail)
    lines[#lines + 1] = next_number() .. ',HPl,' .. each.seat_id .. ',' .. each.seat
    fields[#fields + 1], fields[#fields + 2] = ARGV[6 + i], each.seat
    fields[#fields + 1], fields[#fields + 2] = 'h' .. each.hold_id, each.seat_id
    buyer.live = buyer.live + 1
    count(1, 0, 0)
  end
  if each.hold_id then redis.call('ZADD', paying, 'GT', patience, each.hold_id .. ':' .. each.seat_id) end
end
if #lines > 0 then tell_and_log(buyer_name, table.concat(lines, '\n'), '') end

local facts = { at }
for i, each in ipairs(wanted) do
  facts[i + 1] = (each.is_sold and '0' or next_number()) .. ',' .. each.seat_id .. ',' .. each.seat
end
save_buyers(fields)
save(fields)
return answer('CLAIMED', table.concat(facts, '\n'))
