-- What a buyer has in the book (KEYS[2] of these scripts), all in one field that is named by the buyer: a field
-- costs Redis more than what is in it. Two bytes tell how many lines of each kind follow: keys with the order that
-- each one made, newest first, then offers with the units held and owned. KEPT of each at most; what does not fit
-- has a field of its own: `k:<buyer>:<key>`, `b:<offer>:<buyer>`. Python: account.py.
local KEPT = 5 -- also the orders that a buyer's page may ask for
local KEYED, OWNED, IS, SEP = '\31k', '\31b', '\30', '\31'
local OLDEST = '^(' .. string.rep('\31k[^\31]*', KEPT - 1) .. ')\31k([^\30]*)\30([^\31]*)(.*)$'
local find, sub = string.find, string.sub

local function open_account(buyer, packed)
  if not packed then return { buyer = buyer, keys = 0, offers = 0, text = SEP } end
  local keys, offers = string.byte(packed, 1, 2)
  return { buyer = buyer, keys = keys, offers = offers, text = sub(packed, 3) }
end

-- `own` are fields of their own that this call has changed.
local function own_field(account, field)
  return account.own and account.own[field] or redis.call('HGET', KEYS[2], field)
end

local function set_own_field(account, field, value)
  account.own = account.own or {}
  account.own[field] = value
end

-- The id of the order that the key made, or nil.
local function order_of(account, key)
  if account.keys == 0 then return nil end
  local _, at = find(account.text, KEYED .. key .. IS, 1, true)
  if at then return sub(account.text, at + 1, find(account.text, SEP, at, true) - 1) end
  return account.keys == KEPT and own_field(account, 'k:' .. account.buyer .. ':' .. key) or nil
end

-- Units of the offer, and for `set_units` where in the text they stand.
local function units_of(account, offer)
  if account.offers == 0 then return 0 end
  local _, at = find(account.text, OWNED .. offer .. IS, 1, true)
  if at then
    local past = find(account.text, SEP, at, true)
    return tonumber(sub(account.text, at + 1, past - 1)), at, past
  end
  return tonumber(account.offers == KEPT and own_field(account, 'b:' .. offer .. ':' .. account.buyer) or 0)
end

local function set_units(account, offer, units, at, past)
  if at then
    account.text = sub(account.text, 1, at) .. units .. sub(account.text, past)
  elseif account.offers == KEPT then
    set_own_field(account, 'b:' .. offer .. ':' .. account.buyer, units)
  else
    account.offers = account.offers + 1
    account.text = sub(account.text, 1, -2) .. OWNED .. offer .. IS .. units .. SEP
  end
  account.is_new = true
end

local function add_order(account, key, id)
  if account.keys == KEPT then
    local newer, oldest, made, rest = string.match(account.text, OLDEST)
    set_own_field(account, 'k:' .. account.buyer .. ':' .. oldest, made)
    account.text = KEYED .. key .. IS .. id .. newer .. rest
  else
    account.keys = account.keys + 1
    account.text = KEYED .. key .. IS .. id .. account.text
  end
  account.is_new = true
end

-- Adds what has changed to the fields that are about to be written into the book.
local function write_accounts(accounts, writes)
  local n = #writes
  for buyer, account in pairs(accounts) do
    if account.is_new then
      writes[n + 1], writes[n + 2] = buyer, string.char(account.keys, account.offers) .. account.text
      n = n + 2
      for field, value in pairs(account.own or {}) do
        writes[n + 1], writes[n + 2] = field, value
        n = n + 2
      end
    end
  end
end
