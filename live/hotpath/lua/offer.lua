-- An operator's move on one offer: arm, pause, resume, close, restock, freeze.
-- KEYS  1 meta  2 offers  3 the offer  4 log  5 turns
-- ARGV  1 verb  2 msgpack table of the verb's values: arm {price, currency, limit, hold_ms, quantity,
--       countdown_ms, duration_ms} · restock {delta}
--       3 the request's deadline ms
-- Returns {code, left}: OK · ILLEGAL · TOO_FEW (a cut below what is held and paid) · UNKNOWN · LATE
local verb, given = ARGV[1], cmsgpack.unpack(ARGV[2])
local show, offer = open_show(KEYS[1]), open_offer(KEYS[3])
if not show or show.state == 'recovering' then return { UNKNOWN, 0 } end
if show.clock > tonumber(ARGV[3]) then return { LATE, 0 } end
if show.state ~= 'live' then return { ILLEGAL, 0 } end
redis.call('ZCARD', KEYS[5]) -- of another type: refused before the first write

if verb == 'arm' then
  if offer then return { ILLEGAL, offer.left } end
  offer = { key = KEYS[3], id = offer_id(KEYS[3]), state = given.countdown_ms > 0 and 'armed' or 'open',
    quantity = given.quantity, restocked = 0, left = given.quantity, held = 0, paid = 0, expired = 0,
    cancelled = 0, refunded = 0, tries = 0, counted = 0, price = given.price, limit = given.limit, opens_ms = show.now + given.countdown_ms,
    closes_ms = show.now + given.countdown_ms + given.duration_ms, rest_ms = 0 }
  redis.call('SCARD', KEYS[2]) -- as above
elseif not offer then
  return { UNKNOWN, 0 }
else
  tick(show, offer)
  local state = state_of(offer)
  local frozen = verb == 'freeze' and (state == 'open' or state == 'sold_out' or state == 'armed')
  if frozen or verb == 'pause' and state == 'open' then
    offer.rest_ms = math.max(offer.closes_ms - math.max(show.now, offer.opens_ms), 1)
    if show.now < offer.opens_ms then offer.opens_ms = 0 end -- in its countdown: it has not opened, nor is it said when
    offer.closes_ms, offer.state = 0, 'paused'
  elseif verb == 'resume' and state == 'paused' then
    offer.closes_ms, offer.rest_ms, offer.state = show.now + offer.rest_ms, 0, 'open'
    -- The later time is of one that was frozen in its countdown before there was the 0.
    if offer.opens_ms == 0 or offer.opens_ms > show.now then offer.opens_ms = show.now end
  elseif verb == 'close' and state ~= 'closed' then
    offer.closes_ms, offer.state = show.now, 'closed'
  elseif verb == 'restock' and state ~= 'closed' then
    if offer.left + given.delta < 0 then return { TOO_FEW, offer.left } end
    offer.left, offer.restocked = offer.left + given.delta, offer.restocked + given.delta
  else
    return { ILLEGAL, offer.left }
  end
end

tell(show, offer, given.delta)
commit(show, KEYS[4], KEYS[5], { offer })
if verb == 'arm' then
  redis.call('HSET', KEYS[3], 'price', given.price, 'currency', given.currency, 'limit', given.limit,
    'hold_ms', given.hold_ms)
  redis.call('SADD', KEYS[2], offer.id)
end
return { OK, offer.left }
