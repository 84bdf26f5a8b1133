-- What the crew does to comments or to a viewer's standing.
-- KEYS  1 meta  2 log  3 chat  4 decided  5 standing
-- ARGV  1 verb: state, pin, standing  2 the request's deadline ms
--       3 msgpack payload of the fact; of `standing` with `seconds`; of `state` a list of them, without `was`,
--         each of another comment
--       4 of `state` and `pin`: the state in which they came in
--       5 of `state`: only those that are in this one now; empty: all
--       6 of `state`, if it is an act of its own: msgpack map of it, with `began_ms`; how many goes behind its `detail`
-- Returns {code, how many have changed, until ms, of `state` which}; ILLEGAL: only what everyone sees can be pinned
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
local verb, said = ARGV[1], cmsgpack.unpack(ARGV[3])
local pinned = redis.call('HGET', KEYS[3], 'pinned') or ''
local function state_now(comment)
  return redis.call('HGET', KEYS[4], comment) or ARGV[4]
end
local function pin(id, payload)
  payload.was, payload.comment = pinned, id
  fact(show, 'pin', payload)
end

if verb == 'state' then
  local changed, held, falls = {}, 0, false
  for _, one in ipairs(said) do
    one.was = state_now(one.comment)
    if one.was ~= one.state and (ARGV[5] == '' or one.was == ARGV[5]) then
      changed[#changed + 1] = one
      fact(show, 'comment_state', one)
      if one.was == 'held' then held = held - 1 end
      if one.state == 'held' then held = held + 1 end
      if one.state ~= 'shown' and pinned == one.comment then
        falls = true
        pin('', { name = '', text = '', by = one.by })
      end
    end
  end
  if #changed == 0 then return { OK, 0, 0 } end
  if ARGV[6] then
    local act = cmsgpack.unpack(ARGV[6])
    act.detail, act.ms = (act.detail or '') .. tostring(#changed), math.max(show.clock - act.began_ms, 0)
    act.began_ms = nil
    fact(show, 'act', act)
  end
  commit(show, KEYS[2], nil, {})
  for _, one in ipairs(changed) do
    if one.state == ARGV[4] then
      redis.call('HDEL', KEYS[4], one.comment)
    else
      redis.call('HSET', KEYS[4], one.comment, one.state)
    end
  end
  if held ~= 0 then redis.call('HINCRBY', KEYS[3], 'held', held) end
  if falls then redis.call('HSET', KEYS[3], 'pinned', '') end
  local ids = {}
  for i, one in ipairs(changed) do ids[i] = one.comment end
  return { OK, #changed, 0, ids }
elseif verb == 'pin' then
  if pinned == said.comment then return { OK, 0, 0 } end
  if said.comment ~= '' and state_now(said.comment) ~= 'shown' then return { ILLEGAL, 0, 0 } end
  pin(said.comment, said)
  commit(show, KEYS[2], nil, {})
  redis.call('HSET', KEYS[3], 'pinned', said.comment)
else
  local seconds = said.seconds
  said.seconds, said.until_ms = nil, seconds and show.now + seconds * 1000 or 0
  fact(show, 'standing', said)
  commit(show, KEYS[2], nil, {})
  if said.standing == 'free' then
    redis.call('HDEL', KEYS[5], said.viewer)
  else
    local packed = { muted = 'm' .. string.format('%.0f', said.until_ms), banned = 'b', shadowed = 's' }
    redis.call('HSET', KEYS[5], said.viewer, packed[said.standing])
  end
  return { OK, 1, said.until_ms }
end
return { OK, 1, 0 }
