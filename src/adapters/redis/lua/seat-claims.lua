#!lua
-- Stands behind the prelude of scripts that go from one claim to the next.
local function claim_of(seat)
  local claim = {}
  claim.seat, claim.state, claim.ends, claim.order, claim.ended, claim.tail =
    string.match(seat, '^(%a)(%a),(%d+),(%d*),(%d*),(.*)$')
  claim.hold_id, claim.fence, claim.latest_end, claim.buyer =
    string.match(claim.tail, '^(%d+),(%d+),%d+,(%d+),%d+,([^,]*)')
  return claim
end

-- The i-th seat among the fields that were read, as a claim; a seat without one is only free or blocked.
local function found_claim(i)
  local seat = found[1 + i] or 'A'
  return #seat > 1 and claim_of(seat) or { seat = seat }
end

local function seat_with(states, ends, order, ended, tail)
  return states .. ',' .. ends .. ',' .. order .. ',' .. ended .. ',' .. tail
end

-- Buyers whose count changed, by name: read once, written by save_buyers.
local buyers = {}

local function buyer_of(name)
  local buyer = buyers[name]
  if not buyer then
    local live, lapses = string.match(redis.call('HGET', event, 'b' .. name) or '0', '^(%d+)(.*)$')
    buyer = { live = tonumber(live), lapses = lapses }
    buyers[name] = buyer
  end
  return buyer
end

local function save_buyers(fields)
  for name, buyer in pairs(buyers) do
    if buyer.live == 0 and buyer.lapses == '' then
      redis.call('HDEL', event, 'b' .. name)
    else
      fields[#fields + 1], fields[#fields + 2] = 'b' .. name, buyer.live .. buyer.lapses
    end
  end
end
