-- Append facts to the show's log: cues, acts, line-up changes.
-- KEYS  1 meta  2 log
-- ARGV  1 msgpack list of {kind, payload}  2 the request's deadline ms
-- Returns {code, seq of each fact}
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
local seqs = {}
for i, item in ipairs(cmsgpack.unpack(ARGV[1])) do
  seqs[i] = show.seq + i
  fact(show, item[1], item[2])
end
if #show.facts > 0 then commit(show, KEYS[2], nil, {}) end
return { OK, seqs }
