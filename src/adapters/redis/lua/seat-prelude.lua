#!lua
-- Stands in front of every script on an event's seats: what they all read, and how they write. It is short of functions
-- and of calls, because it runs with every hold.
--
-- KEYS[1] the event: one hash with everything that a decision reads. Its fields:
--           now         numbers of the whole event, in one text (below); absent while it is not loaded
--           s<seat id>  how a seat stands (below); absent: available and never claimed
--           h<hold id>  the seat of a hold that has not ended
--           b<buyer>    "<live seats>;<lapse>;<lapse>…": absent for a buyer without either
--           drained, drainer, drains_until (seat-drain), loader, loads_until, seats_to (seat-load)
-- KEYS[2] seats that were held together, by their end: "<seat id>,<seat id>…:<hold id>". Nothing is taken out before its
--         time: whoever comes upon it looks whether the seats are still held and over.
-- KEYS[3] seats being paid for, by their end: "<hold id>:<seat id>"
-- KEYS[4] the log: entries that are not in the ledger yet, oldest first
-- KEYS[5..7] what was answered to commands that may be sent again, by their ids: a hash for each day, three in turn
-- ARGV[1] the node that asks, ARGV[2] the channel of the event's moves
-- ARGV[3] the record as it goes into the log, or empty; ARGV[4] digest of its body, and in a line below its id; ARGV[5] the load since which the
-- ledger was asked for the record
-- ARGV[6] how many fields of the event the script reads; then their names; then, from ARGV[own + 1], what is its own
--
-- now: "<run>,<verified>,<epoch>,<generation>,<sequence>,<moves>,<at>,<next end>,<logged>,<held>,<paying>,<sold>,<blocked>".
-- run is the replication id of the server it was loaded into, and when that was last looked at; generation the load it
-- came from, by which the ledger fences writes; epoch, sequence and moves count stamps and entries; at is the time of the
-- latest decision, below which no later one goes; no hold ends before the next end; logged is about how long the log is.
--
-- A seat: "<A H P S B><H P C R E>,<end>,<order>,<ended>,<hold id>,<fence>,<held at>,<latest end>,<group>,<buyer>,<session>,
-- <admission>": how the seat stands, and its latest claim, live or ended. Without a claim only the first letter. Text is
-- escaped by the node, so that a comma always parts.
--
-- An entry: "<sequence>,<epoch>,<generation>,<at>,<node>,<actor>,<record>" and a line for each change:
-- "<move number>,<from><to><cause>,<seat id>,<seat>", or "0,---,<seat id>,<seat>" where only the claim changed.
local event, expiry, paying, log = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local origin, channel, record = ARGV[1], ARGV[2], ARGV[3]
local own = 6 + ARGV[6]
local WINDOW, NO_END, VERIFIED_FOR, DAY = 600000, '9007199254740991', 50, 86400000

local found = redis.call('HMGET', event, 'now', unpack(ARGV, 7, own))
if not found[1] then return { 'NOT_LOADED' } end
local run, verified, epoch, generation, sequence, moves, at, next_end, logged, held, others = string.match(found[1],
  '^([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),(.*)$')

local time = redis.call('TIME')
local server_time = time[1] .. string.format('%03d', time[2] / 1000)
-- A promoted replica may be behind, and a restarted server may have lost its latest second: both have another
-- replication id than the one that was loaded. Checked here, so that no failover slips through; not more often than it
-- takes a server to become another one, for it costs as much as the rest.
local since = server_time - verified
if since < 0 or since >= VERIFIED_FOR then
  if not string.find(redis.call('INFO', 'replication'), 'master_replid:' .. run, 1, true) then
    return { 'NOT_LOADED' }
  end
  verified = server_time
end
local later = authority_time(server_time)
if #later > #at or later > at then at = later end
local entries = {}

-- The fence of a claim, and the number of a move: an epoch above, a counter below (src/core/stamp.ts).
local above = epoch * 4294967296
local function next_number()
  moves = moves + 1
  return string.format('%d', above + moves)
end

-- Writes fields of the event together with the numbers that changed.
local function save(fields)
  local count = #fields
  fields[count + 1] = 'now'
  fields[count + 2] = run .. ',' .. verified .. ',' .. epoch .. ',' .. generation .. ',' .. sequence .. ',' .. moves .. ','
    .. at .. ',' .. next_end .. ',' .. logged .. ',' .. held .. ',' .. others
  for from = 1, count + 2, 4000 do
    redis.call('HSET', event, unpack(fields, from, math.min(from + 3999, count + 2)))
  end
end

-- What changed, numbered without gaps, so that a node knows when it missed something. To be told in the order of numbers.
local function entry_of(actor, changes, of_record)
  sequence = sequence + 1
  local entry = sequence .. ',' .. epoch .. ',' .. generation .. ',' .. at .. ',' .. origin .. ',' .. actor .. ','
    .. of_record .. '\n' .. changes
  entries[#entries + 1] = entry
  return entry
end

-- Tells every node.
local function tell(actor, changes, of_record)
  local entry = entry_of(actor, changes, of_record)
  redis.call('SPUBLISH', channel, entry)
  return entry
end

-- What goes into the record of a command's answer.
local function record_of(digest, entry) return generation .. '\n' .. digest .. '\n' .. entry end

-- Digest and entry of a record, if it is of this load.
local function recorded(stored)
  local load, digest, entry = string.match(stored, '^(%d+)\n([^\n]*)\n(.*)$')
  if load == generation then return digest, entry end
end

-- Keeps records, as id, record, …, for a day or two: for longer than a client may ask the same command again.
local function remember(records)
  local today = math.floor(server_time / DAY)
  local key = KEYS[5 + today % 3]
  if redis.call('EXISTS', key) == 0 then
    redis.call('UNLINK', KEYS[5 + (today + 1) % 3])
    redis.call('HSET', key, unpack(records))
    redis.call('PEXPIRE', key, 3 * DAY)
  else
    redis.call('HSET', key, unpack(records))
  end
end

-- Tells it, and has it written to the ledger.
local function tell_and_log(actor, changes, of_record)
  local entry = tell(actor, changes, of_record)
  logged = redis.call('RPUSH', log, entry)
  if of_record ~= '' then
    local digest, id = string.match(ARGV[4], '^([^\n]*)\n(.*)$')
    remember({ id, record_of(digest, entry) })
  end
end

local function answer(what, fact) return { what, fact or '', unpack(entries) } end

-- Payments that are over are ended by the ledger, not here. As long as there are any, a "no" may be wrong.
local function has_doubts() return redis.call('ZCOUNT', paying, '-inf', at) > 0 end

local function refuse(code, fact)
  if has_doubts() then return answer('DOUBT') end
  return answer(code, fact)
end
