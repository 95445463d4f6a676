#!lua flags=no-writes
-- Seats as they stand, after which entry that was, and how many payments are over without the ledger having said so.
-- Fields: the seats
local seats = {}
for i = 1, own - 6 do seats[i] = found[1 + i] end
local doubts = redis.call('ZCOUNT', paying, '-inf', at)
return { 'DONE', epoch .. ',' .. generation .. ',' .. sequence .. ',' .. doubts, seats, unpack(entries) }
