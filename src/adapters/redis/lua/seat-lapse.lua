#!lua
-- Part of seat-due, run only when something is over: ends the holds whose time has come, some at a time.
local ENDS_AT_ONCE, SEATS_AT_ONCE, LAPSES_KEPT = 100, 200, 1000

local function lapsed(buyer, ends)
  local kept, last = {}, 0
  for lapse in string.gmatch(buyer.lapses, '%d+') do
    local earlier = tonumber(lapse)
    -- Seats that were held together lapse together, and count once.
    if earlier == tonumber(ends) then return end
    -- Seats held together may end one after the other and be found together: the order is that of time.
    if last < tonumber(ends) and earlier > tonumber(ends) then kept[#kept + 1] = ';' .. ends end
    if earlier > ends - WINDOW then kept[#kept + 1] = ';' .. lapse end
    last = earlier
  end
  if last < tonumber(ends) then kept[#kept + 1] = ';' .. ends end
  buyer.lapses = table.concat(kept, '', #kept > LAPSES_KEPT and 2 or 1)
end

local due = redis.call('ZRANGEBYSCORE', expiry, '-inf', at, 'LIMIT', 0, ENDS_AT_ONCE)
local fields, is_all = {}, #due < ENDS_AT_ONCE
if #due > 0 then
  local seat_fields, seen, hold_fields, lines = {}, {}, {}, {}
  for i, each in ipairs(due) do
    if #seat_fields >= SEATS_AT_ONCE then
      due = { unpack(due, 1, i - 1) }
      is_all = false
      break
    end
    for seat_id in string.gmatch(string.match(each, '^[^:]*'), '%d+') do
      if not seen[seat_id] then seat_fields[#seat_fields + 1] = 's' .. seat_id end
      seen[seat_id] = true
    end
  end
  for i, seat in ipairs(redis.call('HMGET', event, unpack(seat_fields))) do
    local claim = seat and string.byte(seat) == 72 and claim_of(seat)
    if claim and tonumber(claim.ends) <= tonumber(at) then
      local freed = seat_with('AE', claim.ends, claim.order, at, claim.tail)
      fields[#fields + 1], fields[#fields + 2] = seat_fields[i], freed
      hold_fields[#hold_fields + 1] = 'h' .. claim.hold_id
      lines[#lines + 1] = next_number() .. ',HAe,' .. string.sub(seat_fields[i], 2) .. ',' .. freed
      local buyer = buyer_of(claim.buyer)
      buyer.live = buyer.live - 1
      lapsed(buyer, claim.ends)
    end
  end
  redis.call('ZREM', expiry, unpack(due))
  if #lines > 0 then
    held = held - #lines
    redis.call('HDEL', event, unpack(hold_fields))
    tell_and_log('', table.concat(lines, '\n'), '')
  end
end
next_end = redis.call('ZRANGE', expiry, 0, 0, 'WITHSCORES')[2] or NO_END
save_buyers(fields)
save(fields)
-- Never long at a time: the command is asked again until all that was over has ended.
if not is_all then return answer('AGAIN') end
