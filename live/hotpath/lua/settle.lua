-- Settle one order: pay, cancel, or (an operator) refund; or extend its hold, once. Redis order decides between a
-- payment and an expiry.
-- KEYS  1 meta  2 book  3 due  4 log  5 pace  6 turns  7 the order's offer
-- ARGV  1 verb: pay | cancel | extend  2 order id  3 buyer, or '' for an operator  4 the request's deadline ms
-- Returns {code, the order as the book keeps it}: OK changed · REPEAT it was so already · ILLEGAL · UNKNOWN · LATE ·
--   ENDED (extend: no hold grows after the show's end)
local verb, id, buyer = ARGV[1], ARGV[2], ARGV[3]
local show, offer = open_show(KEYS[1]), open_offer(KEYS[7])
local packed = redis.call('HGET', KEYS[2], 'h:' .. id)
if show and show.clock > tonumber(ARGV[4]) then return { LATE } end
if not (show and offer and packed) or show.state == 'recovering' then return { UNKNOWN } end
local order = open_order(packed)
if buyer ~= '' and buyer ~= order.buyer then return { UNKNOWN } end
check_types(KEYS[3], KEYS[6], KEYS[5])
tick(show, offer)

-- Whether a hold has grown before is told by its end: it is no longer the one that the buyer was told first. The grace
-- that a rebuild gives counts, too. No unit moves, so this is no entry of the stock.
if verb == 'extend' then
  if order.state ~= HELD or order.expires_ms <= show.now then return { ILLEGAL, packed } end
  if order.expires_ms ~= order.answered_ms then return { REPEAT, packed } end
  if show.state == 'ended' then return { ENDED, packed } end
  order.expires_ms = order.expires_ms + offer.hold_ms
  packed = pack_order(order)
  fact(show, 'extend', { order = id, offer = offer.id, quantity = order.quantity, buyer = order.buyer,
    name = string.match(order.text, '[^\31]*$'), expires_ms = order.expires_ms, amount = order.amount,
    currency = order.currency, attempt = order.attempt, left = offer.left, held = offer.held, paid = offer.paid })
  commit(show, KEYS[4], KEYS[6], { offer })
  redis.call('HSET', KEYS[2], 'h:' .. id, packed)
  redis.call('ZADD', KEYS[3], order.expires_ms, id)
  return { OK, packed }
end

local n, account = order.quantity, open_account(order.buyer, redis.call('HGET', KEYS[2], order.buyer))
local owned, at, past = units_of(account, offer.id)

local function give_back(from)
  offer[from] = offer[from] - n
  offer.left = offer.left + n
  owned = owned - n
end

local function paid()
  offer.paid = offer.paid + n
  order.state = PAID
  show.paid_orders = show.paid_orders + 1
  show.gmv_paid = show.gmv_paid + order.amount
  return 'pay'
end

local kind
if verb == 'pay' and order.state == HELD then
  offer.held = offer.held - n
  kind = paid()
elseif verb == 'pay' and order.state == EXPIRED then
  order.late = LATE_NOW
  -- What a closed offer has left has gone back to its item, and may be on sale in another offer.
  if offer.state ~= 'closed' and offer.left >= n and owned + n <= offer.limit then
    offer.left = offer.left - n
    offer.expired = offer.expired - n
    owned = owned + n
    kind = paid()
  else
    offer.expired = offer.expired - n
    offer.refunded = offer.refunded + n
    order.state, kind = REFUNDED, 'refund'
  end
elseif verb == 'cancel' and order.state == HELD then
  give_back('held')
  offer.cancelled = offer.cancelled + n
  order.state, kind = CANCELLED, 'cancel'
elseif verb == 'cancel' and order.state == PAID and buyer == '' then
  if order.late == LATE_NOW then order.late = LATE_BEFORE end
  give_back('paid')
  offer.refunded = offer.refunded + n
  show.paid_orders = show.paid_orders - 1
  show.gmv_paid = show.gmv_paid - order.amount
  order.state, kind = REFUNDED, 'refund'
elseif (verb == 'pay' and (order.state == PAID or order.state == REFUNDED))
    or (verb == 'cancel' and (order.state == CANCELLED or (order.state == REFUNDED and buyer == ''))) then
  return { REPEAT, packed }
else
  return { ILLEGAL, packed }
end

offer.dirty = true
packed = pack_order(order)
tell_order(show, packed, offer)
commit(show, KEYS[4], KEYS[6], { offer })
local writes = { 'h:' .. id, packed }
set_units(account, offer.id, owned, at, past)
write_accounts({ [order.buyer] = account }, writes)
redis.call('HSET', KEYS[2], unpack(writes))
redis.call('ZREM', KEYS[3], id)
if kind == 'pay' then
  redis.call('HINCRBY', KEYS[5], 'p:' .. string.format('%.0f', math.floor(show.now / 10000)), 1)
end
return { OK, packed }
