-- Take units for all orders that wait: checks everything of an order before it changes anything of it.
-- KEYS  1 meta  2 book  3 due  4 log  5 pace  6… the offers asked for
-- ARGV  1 msgpack list of {offer index, order id, buyer, name, quantity, key, fingerprint, request deadline ms}
-- Returns msgpack list, in order: {OK, expires_ms, amount, currency} · {REPEAT, order, offer, quantity,
--   amount, currency, expires_ms} · {refusal code, left}
local requests = cmsgpack.unpack(ARGV[1])
local answers = {}
local show = open_show(KEYS[1])
if not show or (show.state ~= 'live' and show.state ~= 'ended') then
  for i = 1, #requests do answers[i] = { UNKNOWN, 0 } end
  return cmsgpack.pack(answers)
end

check_types(KEYS[3], KEYS[5])
local offers, fields = {}, {}
for i = 6, #KEYS do
  offers[i - 5] = open_offer(KEYS[i]) or false
  if offers[i - 5] then tick(show, offers[i - 5]) end
end
for i, r in ipairs(requests) do
  fields[2 * i - 1] = 'k:' .. r[3] .. ':' .. r[6]
  fields[2 * i] = 'b:' .. (offers[r[1]] and offers[r[1]].id or '') .. ':' .. r[3]
end
local values = redis.call('HMGET', KEYS[2], unpack(fields))
local book, writes, deadlines = {}, {}, {}
for i, field in ipairs(fields) do book[field] = values[i] end

local function refusal(r, offer)
  if show.clock > r[8] then return LATE end
  if not offer then return UNKNOWN end
  if show.state == 'ended' or offer.state == 'closed' then return ENDED end
  if offer.state ~= 'open' then return NOT_OPEN end
  if offer.left < r[5] then return SOLD_OUT end
  return nil
end

local function put(field, value)
  book[field] = value
  writes[#writes + 1] = field
  writes[#writes + 1] = value
end

local orders, units = 0, 0
for i, r in ipairs(requests) do
  local offer, key, buyer = offers[r[1]], fields[2 * i - 1], fields[2 * i]
  local before = book[key]
  if before then
    local a = cmsgpack.unpack(before)
    answers[i] = a[1] == r[7] and { REPEAT, a[2], a[3], a[4], a[5], a[6], a[7] } or { KEY_REUSED, 0 }
  else
    local owned = tonumber(book[buyer] or 0)
    local code = refusal(r, offer) or (owned + r[5] > offer.limit and LIMIT or nil)
    if code then
      answers[i] = { code, offer and offer.left or 0 }
    else
      local id, expires = r[2], show.now + offer.hold_ms
      local order = { offer = offer.id, buyer = r[3], name = r[4], quantity = r[5],
        amount = offer.price * r[5], currency = offer.currency, state = 'held', placed_ms = show.now,
        expires_ms = expires, key = r[6], fp = r[7] }
      offer.left = offer.left - r[5]
      offer.held = offer.held + r[5]
      offer.dirty = true
      put(key, cmsgpack.pack({ r[7], id, offer.id, r[5], order.amount, order.currency, expires }))
      put(buyer, owned + r[5])
      put('h:' .. id, cmsgpack.pack(order))
      put('m:' .. r[3], id)
      deadlines[#deadlines + 1] = expires
      deadlines[#deadlines + 1] = id
      order_fact(show, 'take', id, order, offer)
      orders, units = orders + 1, units + r[5]
      show.gmv_placed = show.gmv_placed + order.amount
      answers[i] = { OK, expires, order.amount, order.currency }
    end
  end
end

if #show.facts > 0 then
  show.orders, show.units = show.orders + orders, show.units + units
  commit(show, KEYS[4], offers)
  if orders > 0 then
    redis.call('HSET', KEYS[2], unpack(writes))
    redis.call('ZADD', KEYS[3], unpack(deadlines))
    local bucket = string.format('%.0f', math.floor(show.now / 10000))
    redis.call('HINCRBY', KEYS[5], 'o:' .. bucket, orders)
    redis.call('HINCRBY', KEYS[5], 'u:' .. bucket, units)
  end
end
return cmsgpack.pack(answers)
