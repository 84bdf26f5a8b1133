-- What the crew does to a comment or to a viewer's standing.
-- KEYS  1 meta  2 log  3 chat  4 decided  5 standing
-- ARGV  1 verb: state, pin, standing  2 the request's deadline ms
--       3 msgpack payload of the fact; of `state` without `was`, of `standing` with `seconds`
--       4 of `state` and `pin`: the state in which the comment came in
-- Returns {code, 1 if anything has changed, until ms}; ILLEGAL: only what everyone sees can be pinned
local show = open_show(KEYS[1])
if not show or show.state == 'recovering' then return { UNKNOWN } end
if show.clock > tonumber(ARGV[2]) then return { LATE } end
local verb, said = ARGV[1], cmsgpack.unpack(ARGV[3])
local pinned = redis.call('HGET', KEYS[3], 'pinned') or ''
local function state_now()
  return redis.call('HGET', KEYS[4], said.comment) or ARGV[4]
end
local function pin(id, payload)
  payload.was, payload.comment = pinned, id
  fact(show, 'pin', payload)
end

if verb == 'state' then
  said.was = state_now()
  if said.was == said.state then return { OK, 0, 0 } end
  fact(show, 'comment_state', said)
  local falls = said.state ~= 'shown' and pinned == said.comment
  if falls then pin('', { name = '', text = '', by = said.by }) end
  commit(show, KEYS[2], nil, {})
  if said.state == ARGV[4] then
    redis.call('HDEL', KEYS[4], said.comment)
  else
    redis.call('HSET', KEYS[4], said.comment, said.state)
  end
  if said.was == 'held' then redis.call('HINCRBY', KEYS[3], 'held', -1) end
  if said.state == 'held' then redis.call('HINCRBY', KEYS[3], 'held', 1) end
  if falls then redis.call('HSET', KEYS[3], 'pinned', '') end
elseif verb == 'pin' then
  if pinned == said.comment then return { OK, 0, 0 } end
  if said.comment ~= '' and state_now() ~= 'shown' then return { ILLEGAL, 0, 0 } end
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
