#!lua flags=allow-oom
-- How an event stands, after everything that is over has ended: epoch, generation, latest entry, counts, and how many
-- payments are over without the ledger having said so.
local doubts = redis.call('ZCOUNT', paying, '-inf', at)
return answer('DONE', epoch .. ',' .. generation .. ',' .. sequence .. ',' .. held .. ',' .. others .. ','
  .. doubts)
