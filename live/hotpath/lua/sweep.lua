-- What the clock alone brings about: unpaid holds go back on sale, armed offers open, open ones close.
-- Safe to run at any time, by anyone, twice.
-- KEYS  1 meta  2 book  3 due  4 log  5… all offers of the show
-- ARGV  1 most holds to expire in this call
-- Returns {things done, holds still due, 1 when anything of the show can still change by itself}
local show = open_show(KEYS[1])
if not show then return { 0, 0, 0 } end
if show.state == 'recovering' then return { 0, 0, 1 } end
local offers, waiting = {}, 0
for i = 5, #KEYS do
  local offer = open_offer(KEYS[i])
  if offer then
    tick(show, offer)
    offers[offer.id] = offer
    if offer.state ~= 'closed' then waiting = 1 end
  end
end

local ids = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', show.now, 'LIMIT', 0, ARGV[1])
local gone, writes, owned = {}, {}, {}
for _, id in ipairs(ids) do
  local packed = redis.call('HGET', KEYS[2], 'h:' .. id)
  local order = packed and open_order(packed)
  local offer = order and offers[order.offer]
  if offer and order.state == HELD then
    local field, n = 'b:' .. order.offer .. ':' .. order.buyer, order.quantity
    owned[field] = (owned[field] or tonumber(redis.call('HGET', KEYS[2], field) or 0)) - n
    offer.held, offer.left, offer.expired = offer.held - n, offer.left + n, offer.expired + n
    offer.dirty = true
    order.state = EXPIRED
    packed = pack_order(order)
    writes[#writes + 1] = 'h:' .. id
    writes[#writes + 1] = packed
    gone[#gone + 1] = id
    tell_order(show, packed, offer)
  elseif not order or order.state ~= HELD then
    gone[#gone + 1] = id
  end
end
for field, units in pairs(owned) do
  writes[#writes + 1] = field
  writes[#writes + 1] = units
end

local done = #show.facts + #show.told + #gone
if done > 0 then
  commit(show, KEYS[4], offers)
  if #writes > 0 then redis.call('HSET', KEYS[2], unpack(writes)) end
  if #gone > 0 then redis.call('ZREM', KEYS[3], unpack(gone)) end
end
local due = redis.call('ZCARD', KEYS[3])
return { done, redis.call('ZCOUNT', KEYS[3], '-inf', show.now), (show.state ~= 'ended' or waiting == 1 or due > 0) and 1 or 0 }
