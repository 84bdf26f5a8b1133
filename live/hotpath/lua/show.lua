-- A show's own moves: plan (it gets its log), start, end (every offer closes; holds stay payable).
-- KEYS  1 meta  2 log  3 shows  4 offers  5 turns  6… all offers of the show
-- ARGV  1 verb  2 show id  3 a fresh epoch, used by `plan` only; else the request's deadline ms
-- Returns {code, state}; AGAIN: an offer was armed since `offers` was read, so nothing was done · LATE
local verb, id = ARGV[1], ARGV[2]
local show = open_show(KEYS[1])
if verb == 'plan' then
  if show then return { ILLEGAL, show.state } end
  redis.call('HSET', KEYS[1], 'state', 'planned', 'epoch', ARGV[3], 'seq', 0, 'run', run_id(),
    'layout', LAYOUT)
  redis.call('SADD', KEYS[3], id)
  return { OK, 'planned' }
end
if not show or show.state == 'recovering' then return { UNKNOWN, '' } end
if show.clock > tonumber(ARGV[3]) then return { LATE, show.state } end
local offers = {}
if verb == 'start' and show.state == 'planned' then
  show.state = 'live'
elseif verb == 'end' and show.state == 'live' then
  if redis.call('SCARD', KEYS[4]) ~= #KEYS - 5 then return { AGAIN, show.state } end
  redis.call('ZCARD', KEYS[5]) -- of another type: refused before the first write
  show.state = 'ended'
  for i = 6, #KEYS do
    local offer = open_offer(KEYS[i])
    if offer then
      tick(show, offer)
      if offer.state ~= 'closed' then
        offer.state, offer.closes_ms = 'closed', show.now
        tell(show, offer)
      end
      offers[#offers + 1] = offer
    end
  end
else
  return { ILLEGAL, show.state }
end
fact(show, 'show', { state = show.state })
commit(show, KEYS[2], KEYS[5], offers)
redis.call('HSET', KEYS[1], 'state', show.state, verb == 'start' and 'started_ms' or 'ended_ms', show.now)
redis.call('SADD', KEYS[3], id)
return { OK, show.state }
