#!lua
-- Stands behind the prelude of scripts that change more than held seats: counts those being paid for, sold and blocked.
local function count(paid_more, sold_more, blocked_more)
  local paid, sold, blocked = string.match(others, '^(%d+),(%d+),(%d+)$')
  others = paid + paid_more .. ',' .. sold + sold_more .. ',' .. blocked + blocked_more
end
