-- What the clock alone brings about: unpaid holds go back on sale, armed offers open, open ones close.
-- Safe to run at any time, by anyone, twice. It looks at what is due only, so it is told the offers in two steps:
-- what it cannot do without an offer's key it names, and is called again.
-- KEYS  1 meta  2 book  3 due  4 log  5 turns  6… offers that the call before named
-- ARGV  1 most holds, and most offers by their own clock, in this call
-- Returns {things done, 1 when more is due, 1 when anything of the show can still change by itself,
--   ids of offers whose keys are wanted}
local show = open_show(KEYS[1])
if not show then return { 0, 0, 0, {} } end
if show.state == 'recovering' then return { 0, 0, 1, {} } end
check_types(KEYS[3], KEYS[5])
local function due_in(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', show.now, 'LIMIT', 0, ARGV[1])
end

local offers, wanted, missing = {}, {}, {} -- an offer that was given and is not there: false
for i = 6, #KEYS do
  local offer = open_offer(KEYS[i])
  if offer then tick(show, offer) end
  offers[offer_id(KEYS[i])] = offer or false
end
local function offer_of(id)
  if offers[id] == nil and not wanted[id] then
    wanted[id], missing[#missing + 1] = true, id
  end
  return offers[id]
end

local turned, lost = 0, {}
for _, id in ipairs(due_in(KEYS[5])) do
  local offer = offer_of(id)
  if offer then
    offer.turned, turned = true, turned + 1 -- also if `tick` found nothing to do: its entry is mended then
  elseif offer == false then
    lost[#lost + 1] = id
  end
end

local accounts = {}
local function account_of(buyer)
  local known = accounts[buyer]
  if not known then
    known = open_account(buyer, redis.call('HGET', KEYS[2], buyer))
    accounts[buyer] = known
  end
  return known
end

local gone, writes = {}, {}
for _, id in ipairs(due_in(KEYS[3])) do
  local packed = redis.call('HGET', KEYS[2], 'h:' .. id)
  local order = packed and open_order(packed)
  local is_held = order and order.state == HELD
  local offer = is_held and offer_of(order.offer)
  if offer then
    local n, account = order.quantity, account_of(order.buyer)
    local owned, at, past = units_of(account, order.offer)
    set_units(account, order.offer, owned - n, at, past)
    offer.held, offer.left, offer.expired = offer.held - n, offer.left + n, offer.expired + n
    offer.dirty = true
    order.state = EXPIRED
    packed = pack_order(order)
    writes[#writes + 1] = 'h:' .. id
    writes[#writes + 1] = packed
    gone[#gone + 1] = id
    tell_order(show, packed, offer)
  elseif not is_held then
    gone[#gone + 1] = id
  end
end
write_accounts(accounts, writes)

local done = #show.facts + #show.told + #gone + turned + #lost
if done > 0 then
  commit(show, KEYS[4], KEYS[5], offers)
  if #writes > 0 then redis.call('HSET', KEYS[2], unpack(writes)) end
  if #gone > 0 then redis.call('ZREM', KEYS[3], unpack(gone)) end
  if #lost > 0 then redis.call('ZREM', KEYS[5], unpack(lost)) end
end
local more = redis.call('ZCOUNT', KEYS[3], '-inf', show.now) + redis.call('ZCOUNT', KEYS[5], '-inf', show.now)
local waiting = redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[5])
return { done, more > 0 and 1 or 0, (show.state ~= 'ended' or waiting > 0) and 1 or 0, missing }
