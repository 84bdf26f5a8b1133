-- Comments come in: who may speak, who sees it, which words it counts for, in one decision and one fact each.
-- KEYS  1 meta  2 log  3 chat  4 book  5 standing  6 slow  7 tally  8 heard:a  9 heard:b
--       10 own  11… the viewers who said a word, in the order of ARGV 6
-- ARGV  1 msgpack list of {payload, {numbers of the words said}, digest of an outside message or ''}
--       2 the request's deadline ms  3 the version of the rules that it was screened by
--       4 slow mode, ms  5 the tally's window, ms; 0 counts every time, -1 once per show
--       6 msgpack list of the words said by any of them
-- Returns {code, {{code, seq | until ms | ms to wait, state} of each}}; AGAIN: the rules are others by now
local MUTED, BANNED, SLOW = 12, 13, 14
local HEARD_MAX = 100000 -- digests of a set; the other one has those before, and goes when this is full
local OWN_KEPT = 3 -- of what a viewer said, for themselves
local SAMPLE_PER_S, SAMPLE_BURST = 6, 12 -- shown comments that viewers get to read: more than that nobody can

local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
local chat = redis.call('HMGET', KEYS[3], 'version', 'held', 'tokens', 'filled', 'heard')
if (chat[1] or '') ~= ARGV[3] then return { AGAIN } end
local slow_ms, window_ms, words = tonumber(ARGV[4]), tonumber(ARGV[5]), cmsgpack.unpack(ARGV[6])
local items, viewers, digests = cmsgpack.unpack(ARGV[1]), {}, {}
for i, item in ipairs(items) do
  viewers[i] = item[1].viewer
  if item[3] ~= '' then digests[#digests + 1] = item[3] end
end
local accounts = redis.call('HMGET', KEYS[4], unpack(viewers))
local standings = redis.call('HMGET', KEYS[5], unpack(viewers))
local owns = redis.call('HMGET', KEYS[10], unpack(viewers))
local next_ms = slow_ms > 0 and redis.call('ZMSCORE', KEYS[6], unpack(viewers))
local held, tokens, filled = tonumber(chat[2]) or 0, tonumber(chat[3]) or SAMPLE_BURST, tonumber(chat[4]) or show.now
tokens = math.min(SAMPLE_BURST, tokens + math.max(0, show.now - filled) * SAMPLE_PER_S / 1000)

local heard, young, old = {}, KEYS[8], KEYS[9]
if chat[5] == 'b' then young, old = old, young end
if #digests > 0 then
  for _, key in ipairs({ young, old }) do
    for i, is_in in ipairs(redis.call('SMISMEMBER', key, unpack(digests))) do
      if is_in == 1 then heard[digests[i]] = true end
    end
  end
end

local spoke = {} -- viewer → when they may again, of this call
local function refusal(i, viewer, is_ours, is_shop)
  if show.state == 'ended' then return ENDED, 0 end
  if is_shop then return nil end
  local until_ms = string.match(standings[i] or '', '^m(%d+)')
  if until_ms and tonumber(until_ms) > show.now then return MUTED, tonumber(until_ms) end
  if standings[i] == 'b' then return BANNED, 0 end
  local free_ms = is_ours and (spoke[viewer] or next_ms and tonumber(next_ms[i])) or 0
  if free_ms > show.now then return SLOW, free_ms - show.now end
end

local answers, new, said, mine = {}, {}, {}, {}
for i, item in ipairs(items) do
  local payload, digest = item[1], item[3]
  local viewer, is_ours, is_shop = payload.viewer, payload.platform == '', payload.platform == 'shop'
  local code, value = refusal(i, viewer, is_ours, is_shop)
  if digest ~= '' and heard[digest] then code, value = REPEAT, 0 end
  if not code then
    code, value = OK, show.seq + #show.facts + 1
    if standings[i] == 's' and not is_shop then payload.state, payload.why = 'shadowed', 'shadow' end
    payload.sampled = payload.state == 'shown' and (is_shop or tokens >= 1)
    if payload.sampled and not is_shop then tokens = tokens - 1 end
    if payload.state == 'held' then held = held + 1 end
    payload.comment = payload.comment .. string.format('%.0f', value)
    payload.buyer = owns_units(accounts[i])
    show.comments = show.comments + 1
    if payload.state == 'shown' or payload.state == 'held' then
      for _, n in ipairs(item[2]) do
        said[n] = said[n] or {}
        table.insert(said[n], viewer)
      end
    end
    if digest ~= '' then
      heard[digest] = true
      new[#new + 1] = digest
    end
    if is_ours then
      if slow_ms > 0 then spoke[viewer] = show.now + slow_ms end
      local own = mine[viewer] or (owns[i] and cmsgpack.unpack(owns[i])) or {}
      own[#own + 1] = { value, payload.name, payload.text, payload.state }
      if #own > OWN_KEPT then table.remove(own, 1) end
      mine[viewer] = own
    end
    fact(show, 'comment', payload)
  end
  answers[i] = { code, value, payload.state }
end
if #show.facts == 0 then return { OK, answers } end
commit(show, KEYS[2], nil, {})
redis.call('HSET', KEYS[3], 'held', held, 'tokens', tostring(tokens), 'filled', show.now)
count_words(KEYS[3], KEYS[7], 10, words, said, window_ms, show.now)
for viewer, own in pairs(mine) do redis.call('HSET', KEYS[10], viewer, cmsgpack.pack(own)) end
if #new > 0 then
  if redis.call('SADD', young, unpack(new)) and redis.call('SCARD', young) >= HEARD_MAX then
    redis.call('UNLINK', old)
    redis.call('HSET', KEYS[3], 'heard', old == KEYS[8] and 'a' or 'b')
  end
end
if slow_ms > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', show.now)
  for viewer, free_ms in pairs(spoke) do redis.call('ZADD', KEYS[6], free_ms, viewer) end
end
return { OK, answers }
