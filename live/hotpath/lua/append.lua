-- Append facts to the show's log: comments (counted, with the words they say), cues, acts, line-up changes.
-- KEYS  1 meta  2 log  3… the sets of viewers who said a word, as the facts name them
-- ARGV  1 msgpack list of {kind, payload, {key indexes of words said}}
--       2 the request's deadline ms
-- Returns {code, seq of each fact; 0 for a comment that came after the end}
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
local seqs, heard = {}, {}
for i, item in ipairs(cmsgpack.unpack(ARGV[1])) do
  local kind, payload, said = item[1], item[2], item[3]
  if kind == 'comment' and show.state == 'ended' then
    seqs[i] = 0
  else
    seqs[i] = show.seq + #show.facts + 1
    if kind == 'comment' then
      show.comments = show.comments + 1
      payload.comment = payload.comment .. string.format('%.0f', seqs[i])
      for _, index in ipairs(said) do heard[#heard + 1] = { KEYS[index], payload.viewer } end
    end
    fact(show, kind, payload)
  end
end
if #show.facts > 0 then commit(show, KEYS[2], nil, {}) end
for _, pair in ipairs(heard) do redis.call('SADD', pair[1], pair[2]) end
return { OK, seqs }
