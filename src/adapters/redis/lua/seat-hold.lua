#!lua
-- Holds seats for buyers, for each all or none, in the order in which they asked. Racing buyers are decided in the order in
-- which scripts run: nothing comes between reading how the seats stand and writing the claims.
--
-- Fields: for each hold the buyer, then the seats; without seats only the buyer is looked at.
-- Own: [1] live seats allowed, [2] lapses allowed, [3] milliseconds to the end, [4] to the latest end, [5] entries the log
-- may have, [6] seats wanted when the node looked for them, else empty, [7] how many holds; then for each of them:
-- when the admission ends or empty, ",<session>,<admission>", the record or empty, digest of the command's body, its id, how many seats are named, as many
-- hold ids
-- Answers with a word and a fact for each hold in turn; the rest is to be asked again when one is in doubt.
local holds, best = tonumber(ARGV[own + 7]), ARGV[own + 6]
-- Seats that were freed just now may be better than those that the node found: it hears of them with this answer.
if #entries > 0 and best ~= '' then return { 'HELD', '', { 'SEATS_TAKEN', '' }, unpack(entries) } end

local ids, known = {}, {}
local place = own + 9
for _ = 1, holds do
  if ARGV[place + 1] ~= '' then ids[#ids + 1] = ARGV[place + 3] end
  place = place + 6 + ARGV[place + 4]
end
if #ids > 0 then
  if ARGV[5] ~= generation then return answer('EARLIER', generation) end
  for day = 5, 7 do
    for i, stored in ipairs(redis.call('HMGET', KEYS[day], unpack(ids))) do
      if stored then known[ids[i]] = stored end
    end
  end
end

local live_allowed, lapses_allowed = tonumber(ARGV[own + 1]), tonumber(ARGV[own + 2])
local ends, latest_end = string.format('%d', at + ARGV[own + 3]), string.format('%d', at + ARGV[own + 4])
-- What is held must be able to follow into the ledger.
local room = ARGV[own + 5] - logged
if room < holds then room = ARGV[own + 5] - redis.call('LLEN', log) end
local fields, members, told, written, records = {}, {}, {}, {}, {}

local function refuse(code, fact)
  if has_doubts() then return 'DOUBT' end
  return code, fact
end

-- `first` is the place of the buyer among ARGV, `place` that of what is the hold's own.
local function decide(first, place)
  local of_record, id, count = ARGV[place + 1], ARGV[place + 3], tonumber(ARGV[place + 4])
  if of_record ~= '' and known[id] then
    local digest, entry = recorded(known[id])
    if digest and digest ~= ARGV[place + 2] then return 'MISMATCH' end
    if digest then return 'REPEATED', entry end
  end
  if room <= #told then return 'BACKLOG' end
  -- Whoever looked at the admission may have stood still since.
  if ARGV[place - 1] ~= '' and at - ARGV[place - 1] >= 0 then return 'ADMISSION_INVALID' end
  -- As those before it have left them.
  for i = first, first + count do found[i - 5] = written[ARGV[i]] or found[i - 5] end

  local buyer_name = string.sub(ARGV[first], 2)
  local live, lapses = string.match(found[first - 5] or '0', '^(%d+)(.*)$')
  if live + (best == '' and count or best) > live_allowed then return refuse('SEAT_LIMIT_REACHED') end
  -- include seat-free-for-buyer
  -- include seat-held-for-buyer
  written[ARGV[first]] = live + count .. lapses
  members[#members + 1], members[#members + 2] = ends, together .. ':' .. ARGV[place + 5]
  local entry = entry_of(buyer_name, changes, of_record)
  told[#told + 1] = entry
  if of_record ~= '' then
    known[id] = record_of(ARGV[place + 2], entry)
    records[#records + 1], records[#records + 2] = id, known[id]
  end
  return 'DONE'
end

local answers, first = {}, 7
place = own + 9
for i = 1, holds do
  local word, fact = decide(first, place)
  if word == 'DOUBT' then break end
  answers[2 * i - 1], answers[2 * i] = word, fact or ''
  first, place = first + 1 + ARGV[place + 4], place + 6 + ARGV[place + 4]
end
if #answers == 0 then return answer('DOUBT') end
if #told > 0 then
  for field, value in pairs(written) do fields[#fields + 1], fields[#fields + 2] = field, value end
  redis.call('ZADD', expiry, unpack(members))
  logged = redis.call('RPUSH', log, unpack(told))
  redis.call('SPUBLISH', channel, table.concat(told, '\n\n'))
  if #records > 0 then remember(records) end
  save(fields)
end
return { 'HELD', '', answers, unpack(entries) }
