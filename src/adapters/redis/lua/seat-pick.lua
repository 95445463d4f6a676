#!lua flags=allow-oom
-- Which of the seats an order still has, being paid for or sold; each with a number for the move that ends it. The
-- ledger then ends them, and seat-settle brings its answer.
-- Fields: the seats. Own: [1] order, [2] "P" or "S", then for each seat its fence
local order, state = ARGV[own + 1], ARGV[own + 2]
if state == 'P' and has_doubts() then return answer('DOUBT') end
local facts = { at }
for i = 1, own - 6 do
  local claim = found_claim(i)
  if claim.seat == state and claim.order == order and claim.fence == ARGV[own + 2 + i] then
    facts[#facts + 1] = next_number() .. ',' .. string.sub(ARGV[6 + i], 2) .. ',' .. found[1 + i]
  end
end
if #facts > 1 then save({}) end
return answer('PICKED', table.concat(facts, '\n'))
