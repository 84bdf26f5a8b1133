-- Take units for all orders that wait: checks everything of an order before it changes anything of it.
-- KEYS  1 meta  2 book  3 due  4 log  5 pace  6 turns  7… the offers asked for
-- ARGV  1 msgpack list of {offer index, order id, buyer, key, quantity, request deadline ms, the wish as text}
-- Returns msgpack list, in order: {OK, expires_ms, amount, currency, attempt} · {REPEAT, order id, expires_ms,
--   amount, currency, attempt} · {refusal code, left, attempt, sold out attempt, sold out ms};
--   an attempt of 0 was not counted: nothing was on sale
local requests = cmsgpack.unpack(ARGV[1])
local answers = {}
local show = open_show(KEYS[1])
if not show or (show.state ~= 'live' and show.state ~= 'ended') then
  for i = 1, #requests do answers[i] = { UNKNOWN, 0 } end
  return cmsgpack.pack(answers)
end

check_types(KEYS[3], KEYS[6], KEYS[5])
local offers = {}
for i = 7, #KEYS do
  local offer = open_offer(KEYS[i])
  offers[i - 6] = offer or false
  if offer then
    tick(show, offer)
    offer.deadline = string.format('%.0f', show.now + offer.hold_ms) -- as text once, not for every order
  end
end
local accounts, buyers = {}, {}
for _, r in ipairs(requests) do
  local buyer = r[3]
  if not accounts[buyer] then
    accounts[buyer] = true
    buyers[#buyers + 1] = buyer
  end
end
for i, packed in ipairs(redis.call('HMGET', KEYS[2], unpack(buyers))) do
  accounts[buyers[i]] = open_account(buyers[i], packed)
end
local older = {}
for _, r in ipairs(requests) do
  if accounts[r[3]].keys == KEPT then older[#older + 1] = key_field(r[3], r[4]) end
end
read_own_fields(older)
local pack = struct.pack
local ordered, writes, deadlines, n = {}, {}, {}, 0

local function refusal(r, offer)
  if show.clock > r[6] then return LATE end
  if not offer then return UNKNOWN end
  if show.state == 'ended' or offer.state == 'closed' then return ENDED end
  if offer.state ~= 'open' then return NOT_OPEN end
  return nil
end

local WISH = '\31([^\31]*\31[^\31]*)\31' -- offer and quantity: what a key stands for

-- The same key again: the first answer, or the complaint that it stood for another wish.
local function again(id, text)
  local order = open_order(ordered[id] or redis.call('HGET', KEYS[2], 'h:' .. id))
  if string.match(text, WISH) ~= string.match(order.text, WISH) then return { KEY_REUSED, 0 } end
  return { REPEAT, id, order.answered_ms, order.amount, order.currency, order.attempt }
end

local units = 0
for i, r in ipairs(requests) do
  local offer, account = offers[r[1]], accounts[r[3]]
  local before = order_of(account, r[4])
  if before then
    answers[i] = again(before, r[7])
  else
    local code = refusal(r, offer)
    if code then
      answers[i] = { code, offer and offer.left or 0, 0, 0, 0 }
    else
      local quantity, owns, at, past = r[5], units_of(account, offer.id)
      offer.tries = offer.tries + 1
      if offer.left < quantity then
        answers[i] = { SOLD_OUT, offer.left, offer.tries, offer.gone_try, offer.gone_ms }
      elseif owns + quantity > offer.limit then
        answers[i] = { LIMIT, offer.left, offer.tries, 0, 0 }
      else
        local id, expires, amount = r[2], show.now + offer.hold_ms, offer.price * quantity
        local order = pack(RECORD, HELD, ON_TIME, show.now, expires, expires, amount, offer.tries, offer.currency)
          .. r[7]
        offer.left, offer.held, offer.dirty = offer.left - quantity, offer.held + quantity, true
        if offer.left == 0 then offer.gone_try, offer.gone_ms = offer.tries, show.now end
        ordered[id] = order
        set_units(account, offer.id, owns + quantity, at, past)
        add_order(account, r[4], id)
        writes[2 * n + 1], writes[2 * n + 2] = 'h:' .. id, order
        deadlines[2 * n + 1], deadlines[2 * n + 2] = offer.deadline, id
        n, units = n + 1, units + quantity
        tell_order(show, order, offer)
        show.gmv_placed = show.gmv_placed + amount
        answers[i] = { OK, expires, amount, offer.currency, offer.tries }
      end
    end
  end
end

if has_news(show) then
  show.orders, show.units = show.orders + n, show.units + units
  commit(show, KEYS[4], KEYS[6], offers)
else
  for _, offer in ipairs(offers) do
    if offer then save_offer(KEYS[6], offer) end
  end
end
if n > 0 then
  write_accounts(accounts, writes)
  redis.call('HSET', KEYS[2], unpack(writes))
  redis.call('ZADD', KEYS[3], unpack(deadlines))
  local bucket = string.format('%.0f', math.floor(show.now / 10000))
  redis.call('HINCRBY', KEYS[5], 'o:' .. bucket, n)
  redis.call('HINCRBY', KEYS[5], 'u:' .. bucket, units)
end
return cmsgpack.pack(answers)
