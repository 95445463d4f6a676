#!lua
-- Stands in front of the scripts of the lines. KEYS[1] is any key of them all: the rest of their names begin as it does.
-- <prefix>waiting-queue:<series>  sorted set: who waits, by the time he came, in milliseconds
-- <prefix>active-user:<user>      who may buy, for as long as the key lives
-- <own>line-pace:<series>         hash: due, when the next are let in; from and resold, admissions for seats that came back
-- These names are the truth: whatever an operator writes into them counts, and what is no line is nobody's. ARGV[1] prefix,
-- ARGV[2] own prefix.
local waiting_key = ARGV[1] .. 'waiting-queue:'
local active_key = ARGV[1] .. 'active-user:'
local pace_key = ARGV[2] .. 'line-pace:'
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

local function somebody_waits(series)
  return redis.call('TYPE', waiting_key .. series).ok == 'zset'
end

local function left_of(user)
  return redis.call('PTTL', active_key .. user)
end

-- Lets the first ones in. Whoever is active already loses his place as well.
local function admit(series, count, millis)
  local admitted = {}
  if not somebody_waits(series) then return admitted end
  local popped = redis.call('ZPOPMIN', waiting_key .. series, count)
  for i = 1, #popped, 2 do
    redis.call('SET', active_key .. popped[i], 'true', 'PX', millis)
    admitted[#admitted + 1] = popped[i]
  end
  return admitted
end
