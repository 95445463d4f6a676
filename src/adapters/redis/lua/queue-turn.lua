#!lua
-- One turn of the node that serves an event: acknowledges and removes what is done, puts aside what is no request, and
-- reads what comes next; what a silent node had read is read again. One node serves an event at a time, for its queue has
-- one order; the ledger would let only one of two have any effect, so this only saves work.
--
-- KEYS[1..3] the lanes, [4] which request is which entry, [5] the node that serves, [6] what was put aside.
-- ARGV[1] group, [2] the node, [3] milliseconds after which a silent node is replaced, [4] entries read at most of a lane,
-- [5] entries kept aside, [6] milliseconds for which an empty lane is kept, [7] "first" for the first turn, which reads what
-- a silent node had, "last" to give the event up if there is nothing to read; then for each lane a number and so many entries that are done, then for each one put aside: lane, entry, reason, text.
-- Returns BUSY, or EMPTY when nothing is left and the event is given up, or LEFT when only others' entries are left; or
-- READ and the entries of each lane.
local group, node = ARGV[1], ARGV[2]
local server = redis.call('GET', KEYS[5])
if server and server ~= node then return { 'BUSY' } end
redis.call('SET', KEYS[5], node, 'PX', ARGV[3])

local at = 8
for lane = 1, 3 do
  local count = tonumber(ARGV[at])
  for first = at + 1, at + count, 4000 do
    local last = math.min(first + 3999, at + count)
    redis.pcall('XACK', KEYS[lane], group, unpack(ARGV, first, last))
    redis.pcall('XDEL', KEYS[lane], unpack(ARGV, first, last))
  end
  at = at + count + 1
end
for place = at, #ARGV, 4 do
  local key = KEYS[tonumber(ARGV[place])]
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[5], '*', 'lane', key, 'entry', ARGV[place + 1],
    'reason', ARGV[place + 2], 'text', ARGV[place + 3])
  redis.pcall('XACK', key, group, ARGV[place + 1])
  redis.pcall('XDEL', key, ARGV[place + 1])
end

-- A group is there from the first reading on.
local function next_entries(key)
  local news = redis.pcall('XREADGROUP', 'GROUP', group, node, 'COUNT', ARGV[4], 'STREAMS', key, '>')
  if news and news.err then
    redis.call('XGROUP', 'CREATE', key, group, '0')
    news = redis.call('XREADGROUP', 'GROUP', group, node, 'COUNT', ARGV[4], 'STREAMS', key, '>')
  end
  return news and news[1][2] or {}
end

local lanes, read, length = { {}, {}, {} }, 0, 0
for lane = 1, 3 do
  local key, kind = KEYS[lane], redis.call('TYPE', KEYS[lane]).ok
  if kind ~= 'stream' and kind ~= 'none' then redis.call('RENAME', key, key .. ':strange') end
  if kind == 'stream' then
    length = length + redis.call('XLEN', key)
    local entries = next_entries(key)
    if ARGV[7] == 'first' then
      local silent = redis.call('XAUTOCLAIM', key, group, node, ARGV[3], '0-0', 'COUNT', ARGV[4])
      for _, entry in ipairs(silent[2]) do entries[#entries + 1] = entry end
    end
    lanes[lane] = entries
    read = read + #entries
  end
end
if read > 0 or ARGV[7] == 'first' then return { 'READ', lanes[1], lanes[2], lanes[3] } end
redis.call('DEL', KEYS[5])
if length > 0 then return { 'LEFT' } end
redis.call('DEL', KEYS[4])
for lane = 1, 3 do redis.call('PEXPIRE', KEYS[lane], ARGV[6]) end
return { 'EMPTY' }
