#!lua
-- Lets in those whose turn has come. ARGV[3] of a batch, ARGV[4] milliseconds between batches, ARGV[5] milliseconds that
-- they may buy, ARGV[6...] series. Returns {series, user...} of each that somebody was let in from.
local came = {}
for i = 6, #ARGV do
  local series = ARGV[i]
  local pace = pace_key .. series
  if not somebody_waits(series) then
    redis.call('HDEL', pace, 'due')
  else
    local due = tonumber(redis.call('HGET', pace, 'due'))
    if not due then
      -- Somebody was put into the line by hand.
      redis.call('HSET', pace, 'due', string.format('%.3f', now + ARGV[4]))
    elseif due <= now then
      local answer = {series}
      for _, user in ipairs(admit(series, ARGV[3], ARGV[5])) do answer[#answer + 1] = user end
      redis.call('HSET', pace, 'due', string.format('%.3f', now + ARGV[4]))
      came[#came + 1] = answer
    end
  end
end
return came
