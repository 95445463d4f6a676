#!lua
-- Removes what every group has acknowledged, and only that.
-- KEYS: the stream; which entry each message is. ARGV: an entry; the groups that matter, all there are when none is named.
-- Returns 1 when the groups that matter have acknowledged everything up to the entry, 0 when one has not, -1 when the
-- stream has lost it.
local REMOVED_AT_ONCE = 1000
-- Of a stream that nobody has ever read.
local KEPT_FOR_NOBODY = 10000

local function parts(entry)
  local millis, number = string.match(entry, '^(%d+)-(%d+)$')
  return tonumber(millis), tonumber(number)
end

local function before(a, b)
  local a_millis, a_number = parts(a)
  local b_millis, b_number = parts(b)
  if a_millis ~= b_millis then return a_millis < b_millis end
  return a_number < b_number
end

local function fields(list)
  local found = {}
  for at = 1, #list, 2 do found[list[at]] = list[at + 1] end
  return found
end

local function remove(entries)
  local removed = {}
  for _, entry in ipairs(entries) do
    removed[#removed + 1] = entry[1]
    local message = fields(entry[2]).id
    if message then redis.call('HDEL', KEYS[2], message) end
  end
  if #removed > 0 then redis.call('XDEL', KEYS[1], unpack(removed)) end
end

if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local entry = ARGV[1]
local stream = fields(redis.call('XINFO', 'STREAM', KEYS[1]))
if before(stream['last-generated-id'], entry) then return -1 end

local missing, named = {}, #ARGV > 1
for at = 2, #ARGV do missing[ARGV[at]] = true end
-- The end of what all have acknowledged, as XRANGE takes it.
local lowest, last
local settled = 1
for _, each in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = fields(each)
  local matters = not named or missing[group.name]
  missing[group.name] = nil
  local pending = redis.call('XPENDING', KEYS[1], group.name)
  local delivered = group['last-delivered-id']
  local open = pending[1] > 0 and pending[2]
  local has_all = not before(delivered, entry) and not (open and not before(entry, open))
  if matters and not has_all then settled = 0 end
  local bound = open or delivered
  if not lowest or before(bound, lowest) or bound == lowest and open then
    lowest = bound
    last = open and '(' .. open or delivered
  end
end
if next(missing) then return 0 end
if last then
  remove(redis.call('XRANGE', KEYS[1], '-', last, 'COUNT', REMOVED_AT_ONCE))
elseif stream.length > KEPT_FOR_NOBODY then
  remove(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', math.min(stream.length - KEPT_FOR_NOBODY, REMOVED_AT_ONCE)))
end
return settled
