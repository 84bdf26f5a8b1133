-- Shared by every script: Redis time, one offer's numbers, the show's log.
-- A script reads first, decides, and writes only from `commit` on: an error in Lua does not roll back.

local OK, SOLD_OUT, LIMIT, NOT_OPEN, ENDED, KEY_REUSED, UNKNOWN, LATE, REPEAT, ILLEGAL, TOO_FEW, AGAIN =
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

local FIELDS = { 'state', 'currency', 'price', 'limit', 'hold_ms', 'quantity', 'restocked', 'left', 'held',
  'paid', 'expired', 'cancelled', 'refunded', 'opens_ms', 'closes_ms', 'rest_ms', 'tries', 'gone_try', 'gone_ms' }
local LAYOUT = '4' -- how this version writes a show's keys; the worker rebuilds a show of another layout
local TOTALS = { 'seq', 'now', 'orders', 'units', 'gmv_placed', 'paid_orders', 'gmv_paid', 'comments' }

-- This life of the server: a restart and a failover give another one.
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end

-- The show: its state and totals. Its `run` is the server's life in which the worker last found it to hold all
-- that SQL has committed (`trust.lua`); in any other life it may hold less, so it reads as `recovering`.
-- `now` never runs backwards, whatever the host's clock does; `clock` is that clock.
local function open_show(key)
  local values = redis.call('HMGET', key, 'state', 'run', 'layout', unpack(TOTALS))
  if not values[1] then return nil end
  local is_sound = values[2] == run_id() and values[3] == LAYOUT
  local show = { key = key, state = is_sound and values[1] or 'recovering', facts = {}, told = {}, after = {} }
  for i, name in ipairs(TOTALS) do show[name] = tonumber(values[i + 3]) or 0 end
  local time = redis.call('TIME')
  show.clock = time[1] * 1000 + math.floor(time[2] / 1000)
  show.now = math.max(show.now, show.clock)
  return show
end

-- Keys that are only written, never read: one of a wrong type is refused here, before the first write.
local function check_types(due, turns, pace)
  redis.call('ZCARD', due)
  redis.call('ZCARD', turns)
  if pace then redis.call('HLEN', pace) end
end


local function offer_id(key)
  local _, last = string.find(key, ':offer:', 1, true)
  return string.sub(key, last + 1)
end

-- All in one constructor, what is set later too: a table that grows field by field is built anew again and again.
local function open_offer(key)
  local v = redis.call('HMGET', key, unpack(FIELDS))
  if not v[1] then return nil end
  for i = 3, #FIELDS do v[i] = tonumber(v[i]) or 0 end
  return { key = key, id = offer_id(key), state = v[1], currency = v[2], price = v[3], limit = v[4], hold_ms = v[5],
    quantity = v[6], restocked = v[7], left = v[8], held = v[9], paid = v[10], expired = v[11], cancelled = v[12],
    refunded = v[13], opens_ms = v[14], closes_ms = v[15], rest_ms = v[16], tries = v[17], gone_try = v[18],
    gone_ms = v[19], counted = v[17], told = false, dirty = false, turned = false, deadline = false }
end

local function fact(show, kind, payload)
  local facts = #show.told > 0 and show.after or show.facts
  facts[#facts + 1] = { kind, show.now, payload }
end

local function has_news(show)
  return #show.facts + #show.told > 0
end

-- The state as buyers see it. The clock's own steps (armed → open → closed) are written down by `tick`.
local function state_of(offer)
  if offer.state == 'open' and offer.left <= 0 then return 'sold_out' end
  return offer.state
end

local function tell(show, offer, delta)
  fact(show, 'offer', { offer = offer.id, state = state_of(offer), left = offer.left, held = offer.held,
    paid = offer.paid, quantity = offer.quantity, restocked = offer.restocked, opens_ms = offer.opens_ms,
    closes_ms = offer.closes_ms, rest_ms = offer.rest_ms, delta = delta or 0, price = offer.price,
    limit = offer.limit })
  offer.told = state_of(offer)
  offer.dirty, offer.turned = true, true
end

-- When the clock will change the offer, if nobody does before: what `sweep.lua` goes by. Python: restore.py.
local function next_turn(offer)
  if offer.state == 'armed' then return offer.opens_ms end
  if offer.state == 'open' and offer.closes_ms > 0 then return offer.closes_ms end
  return nil
end

local function tick(show, offer)
  offer.told = state_of(offer)
  if offer.state == 'armed' and show.now >= offer.opens_ms then
    offer.state = 'open'
    tell(show, offer)
  end
  if offer.state == 'open' and offer.closes_ms > 0 and show.now >= offer.closes_ms then
    offer.state = 'closed'
    tell(show, offer)
  end
end

local function save_turn(turns, offer)
  redis.call('HSET', offer.key, 'state', offer.state, 'quantity', offer.quantity, 'restocked', offer.restocked,
    'opens_ms', offer.opens_ms, 'closes_ms', offer.closes_ms, 'rest_ms', offer.rest_ms)
  local turn = next_turn(offer)
  if turn then redis.call('ZADD', turns, turn, offer.id) else redis.call('ZREM', turns, offer.id) end
end

-- Only what can have changed: each number that is written costs more than the rest of an offer's part in a call.
local function save_offer(turns, offer)
  if offer.turned then save_turn(turns, offer) end
  if offer.tries ~= offer.counted then -- an attempt moves nothing else
    redis.call('HSET', offer.key, 'left', offer.left, 'held', offer.held, 'tries', offer.tries,
      'gone_try', offer.gone_try, 'gone_ms', offer.gone_ms)
  elseif offer.dirty then
    redis.call('HSET', offer.key, 'left', offer.left, 'held', offer.held, 'paid', offer.paid,
      'expired', offer.expired, 'cancelled', offer.cancelled, 'refunded', offer.refunded)
  end
end

-- The outbox entry and the numbers, in the same script as the decision: this is what makes it one fact.
-- The log goes first: XADD may be refused (no memory, not the next id), and then nothing has been changed.
local function commit(show, log, turns, offers)
  for _, offer in pairs(offers) do
    if offer and offer.told ~= state_of(offer) then tell(show, offer) end
  end
  if #show.facts > 0 then
    redis.call('XADD', log, string.format('%.0f-0', show.seq + 1), 'f', cmsgpack.pack(show.facts))
    show.seq = show.seq + #show.facts
  end
  if #show.told > 0 then
    redis.call('XADD', log, string.format('%.0f-0', show.seq + 1), 't', table.concat(show.told),
      'f', cmsgpack.pack(show.after))
    show.seq = show.seq + #show.told + #show.after
  end
  for _, offer in pairs(offers) do
    if offer then save_offer(turns, offer) end
  end
  local values = {}
  for _, name in ipairs(TOTALS) do
    values[#values + 1] = name
    values[#values + 1] = show[name]
  end
  redis.call('HSET', show.key, unpack(values))
end

-- An order as the book keeps it: numbers of fixed width, then `text`, what the buyer asked for, in parts between
-- '\31': order id, offer, quantity, buyer, key, buyer's name. `answered` is the expires_ms that the buyer was told.
-- The same bytes tell of it in the log: packing is what a script spends its time on. Python: domain/events.py.
local RECORD, TOLD, UNITS = '>c1c1I8I8I8I8I4c3', '>I8I2', '>I4I4I4'
local ON_TIME, LATE_NOW, LATE_BEFORE = '0', '1', '2' -- paid or refunded after its expiry: by this change, or an earlier one
local HELD, PAID, CANCELLED, EXPIRED, REFUNDED = 'h', 'p', 'c', 'x', 'r'

local function pack_order(order)
  return struct.pack(RECORD, order.state, order.late, order.placed_ms, order.expires_ms, order.answered_ms,
    order.amount, order.attempt, order.currency) .. order.text
end

local function open_order(packed)
  local order, start = {}, nil
  order.state, order.late, order.placed_ms, order.expires_ms, order.answered_ms, order.amount, order.attempt,
    order.currency, start = struct.unpack(RECORD, packed)
  order.text = string.sub(packed, start)
  local quantity
  order.offer, quantity, order.buyer = string.match(order.text, '^[^\31]*\31([^\31]*)\31([^\31]*)\31([^\31]*)')
  order.quantity = tonumber(quantity)
  return order
end

-- Which kind of fact it is follows from the state that the order is in now.
local function tell_order(show, packed, offer)
  show.told[#show.told + 1] = struct.pack(TOLD, show.now, #packed) .. packed
    .. struct.pack(UNITS, offer.left, offer.held, offer.paid)
end
