-- Settle one order: pay, cancel, or (an operator) refund. Redis order decides between a payment and an expiry.
-- KEYS  1 meta  2 book  3 due  4 log  5 pace  6 the order's offer
-- ARGV  1 verb: pay | cancel  2 order id  3 buyer, or '' for an operator  4 the request's deadline ms
-- Returns msgpack {code, the order as the book keeps it}: OK changed · REPEAT it was so already · ILLEGAL · UNKNOWN · LATE
local verb, id, buyer = ARGV[1], ARGV[2], ARGV[3]
local show, offer = open_show(KEYS[1]), open_offer(KEYS[6])
local packed = redis.call('HGET', KEYS[2], 'h:' .. id)
if show and show.clock > tonumber(ARGV[4]) then return cmsgpack.pack({ LATE }) end
if not (show and offer and packed) or show.state == 'recovering' then return cmsgpack.pack({ UNKNOWN }) end
local order = cmsgpack.unpack(packed)
local _, n, owner = asked(order)
if buyer ~= '' and buyer ~= owner then return cmsgpack.pack({ UNKNOWN }) end
check_types(KEYS[3], KEYS[5])
tick(show, offer)

local field = 'b:' .. offer.id .. ':' .. owner
local owned = tonumber(redis.call('HGET', KEYS[2], field) or 0)
local late = false

local function give_back(from)
  offer[from] = offer[from] - n
  offer.left = offer.left + n
  owned = owned - n
end

local function paid()
  offer.paid = offer.paid + n
  order[STATE] = 'paid'
  show.paid_orders = show.paid_orders + 1
  show.gmv_paid = show.gmv_paid + order[AMOUNT]
  return 'pay'
end

local kind
if verb == 'pay' and order[STATE] == 'held' then
  offer.held = offer.held - n
  kind = paid()
elseif verb == 'pay' and order[STATE] == 'expired' then
  late = true
  if offer.left >= n and owned + n <= offer.limit then
    offer.left = offer.left - n
    offer.expired = offer.expired - n
    owned = owned + n
    kind = paid()
  else
    offer.expired = offer.expired - n
    offer.refunded = offer.refunded + n
    order[STATE], kind = 'refunded', 'refund'
  end
elseif verb == 'cancel' and order[STATE] == 'held' then
  give_back('held')
  offer.cancelled = offer.cancelled + n
  order[STATE], kind = 'cancelled', 'cancel'
elseif verb == 'cancel' and order[STATE] == 'paid' and buyer == '' then
  give_back('paid')
  offer.refunded = offer.refunded + n
  show.paid_orders = show.paid_orders - 1
  show.gmv_paid = show.gmv_paid - order[AMOUNT]
  order[STATE], kind = 'refunded', 'refund'
elseif (verb == 'pay' and (order[STATE] == 'paid' or order[STATE] == 'refunded'))
    or (verb == 'cancel' and (order[STATE] == 'cancelled' or (order[STATE] == 'refunded' and buyer == ''))) then
  return cmsgpack.pack({ REPEAT, order })
else
  return cmsgpack.pack({ ILLEGAL, order })
end

offer.dirty = true
if late then order[WAS_LATE] = true end
order_fact(show, kind, order, offer, late)
commit(show, KEYS[4], { offer })
redis.call('HSET', KEYS[2], 'h:' .. id, cmsgpack.pack(order), field, owned)
redis.call('ZREM', KEYS[3], id)
if kind == 'pay' then
  redis.call('HINCRBY', KEYS[5], 'p:' .. string.format('%.0f', math.floor(show.now / 10000)), 1)
end
return cmsgpack.pack({ OK, order })
