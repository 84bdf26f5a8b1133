-- New rules for a show's chat, or new watched words. From here on every comment is screened by them: one that was
-- screened by others is sent back.
-- KEYS  1 meta  2 log  3 chat  4 rules  5 words  6 tally  7 slow  8… the sets of the words in ARGV 6
-- ARGV  1 the version that this replaces  2 the request's deadline ms  3 msgpack {kind, payload}
--       4 the rules, as Python packs them  5 msgpack list of all watched words, in order
--       6 msgpack list of words whose count begins anew  7 msgpack list of those of them that are watched from now on
-- Returns {code, seq of the fact, when}; AGAIN: somebody else has changed them
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
if show.state == 'ended' then return { ENDED } end
if (redis.call('HGET', KEYS[3], 'version') or '') ~= ARGV[1] then return { AGAIN } end
local said, epoch = cmsgpack.unpack(ARGV[3]), redis.call('HGET', KEYS[1], 'epoch')
fact(show, said[1], said[2])
commit(show, KEYS[2], nil, {})
redis.call('HSET', KEYS[3], 'version', string.format('%s:%.0f:%.0f', epoch, show.seq, show.now))
redis.call('SET', KEYS[4], ARGV[4])
redis.call('DEL', KEYS[5])
for place, word in ipairs(cmsgpack.unpack(ARGV[5])) do redis.call('HSET', KEYS[5], word, place - 1) end
for i, word in ipairs(cmsgpack.unpack(ARGV[6])) do
  redis.call('UNLINK', KEYS[7 + i])
  redis.call('HDEL', KEYS[6], word)
  redis.call('HDEL', KEYS[3], 'w:' .. word, 'p:' .. word)
end
-- What was said of these before is still to be added (`earlier.lua`).
for _, word in ipairs(cmsgpack.unpack(ARGV[7])) do redis.call('HSET', KEYS[3], 'p:' .. word, show.seq) end
redis.call('UNLINK', KEYS[7]) -- whoever waits, waits by the new rules
return { OK, show.seq, show.now }
