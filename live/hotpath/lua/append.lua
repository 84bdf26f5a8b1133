-- Append facts to the show's log: comments (counted, with the words they say), cues, line-up changes.
-- KEYS  1 meta  2 log  3… the sets of viewers who said a word, as the facts name them
-- ARGV  1 msgpack list of {kind, payload, {key indexes of words said}}
-- Returns {code, seq of the first fact, now}
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN, 0, 0 } end
local given, first = cmsgpack.unpack(ARGV[1]), show.seq + 1
for i, item in ipairs(given) do
  if item[1] == 'comment' then
    show.comments = show.comments + 1
    item[2].comment = item[2].comment .. string.format('%.0f', first + i - 1)
  end
  fact(show, item[1], item[2])
end
commit(show, KEYS[2])
for _, item in ipairs(given) do
  for _, index in ipairs(item[3]) do redis.call('SADD', KEYS[index], item[2].viewer) end
end
return { OK, first, show.now }
