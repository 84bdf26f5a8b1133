-- What a buyer has in the book (KEYS[2] of these scripts), all in one field that is named by the buyer: a field
-- costs Redis more than what is in it. A head, offers with the units held and owned, then keys with the order that
-- each one made, oldest first. KEPT of each at most; what does not fit has a field of its own: `k:<buyer>:<key>`,
-- `b:<offer>:<buyer>`. Python: account.py.
local KEPT = 5 -- also the orders that a buyer's page may ask for
local HEAD = '>BBI2' -- offers, keys, bytes of the offers' part
local SEP, IS = '\31', '\30' -- each line is SEP, name, IS, value; each part ends with SEP
local find, sub = string.find, string.sub

local function open_account(buyer, packed)
  if not packed then return { buyer = buyer, offers = 0, keys = 0, owned = SEP, made = SEP, own = false } end
  local offers, keys, size, start = struct.unpack(HEAD, packed)
  return { buyer = buyer, offers = offers, keys = keys, owned = sub(packed, start, start + size - 1),
    made = sub(packed, start + size), own = false }
end

-- Whether the buyer holds or owns units of any offer, by the buyer's own field.
local function owns_units(packed)
  if not packed then return false end
  local account = open_account('', packed)
  return account.offers == KEPT or find(account.owned, IS .. '[1-9]') ~= nil
end

-- Fields of their own. `known`: read before, all in one call; `own`: those that this call has changed.
local known = {}
local function read_own_fields(fields)
  if #fields == 0 then return end
  for i, value in ipairs(redis.call('HMGET', KEYS[2], unpack(fields))) do known[fields[i]] = value end
end

local function own_field(account, field)
  local value = account.own and account.own[field] or known[field]
  if value == nil then return redis.call('HGET', KEYS[2], field) end
  return value
end

local function set_own_field(account, field, value)
  account.own = account.own or {}
  account.own[field] = value
end

local function key_field(buyer, key)
  return 'k:' .. buyer .. ':' .. key
end

-- The id of the order that the key made, or nil.
local function order_of(account, key)
  if account.keys == 0 then return nil end
  local _, at = find(account.made, SEP .. key .. IS, 1, true)
  if at then return sub(account.made, at + 1, find(account.made, SEP, at, true) - 1) end
  return account.keys == KEPT and own_field(account, key_field(account.buyer, key)) or nil
end

-- Units of the offer, and for `set_units` where they stand.
local function units_of(account, offer)
  if account.offers == 0 then return 0 end
  local _, at = find(account.owned, SEP .. offer .. IS, 1, true)
  if at then
    local past = find(account.owned, SEP, at, true)
    return tonumber(sub(account.owned, at + 1, past - 1)), at, past
  end
  return tonumber(account.offers == KEPT and own_field(account, 'b:' .. offer .. ':' .. account.buyer) or 0)
end

local function set_units(account, offer, units, at, past)
  account.is_new = true
  if at then
    account.owned = sub(account.owned, 1, at) .. units .. sub(account.owned, past)
  elseif account.offers == KEPT then
    set_own_field(account, 'b:' .. offer .. ':' .. account.buyer, units)
  else
    account.offers = account.offers + 1
    account.owned = account.owned .. offer .. IS .. units .. SEP
  end
end

local function add_order(account, key, id)
  account.is_new = true
  if account.keys < KEPT then
    account.keys = account.keys + 1
    account.made = account.made .. key .. IS .. id .. SEP
    return
  end
  local is, past = find(account.made, IS, 2, true), find(account.made, SEP, 2, true)
  set_own_field(account, key_field(account.buyer, sub(account.made, 2, is - 1)), sub(account.made, is + 1, past - 1))
  account.made = sub(account.made, past) .. key .. IS .. id .. SEP
end

-- Adds what has changed to the fields that are about to be written into the book.
local function write_accounts(accounts, writes)
  local n = #writes
  for buyer, account in pairs(accounts) do
    if account.is_new then
      writes[n + 1] = buyer
      writes[n + 2] = struct.pack(HEAD, account.offers, account.keys, #account.owned) .. account.owned .. account.made
      n = n + 2
      for field, value in pairs(account.own or {}) do
        writes[n + 1], writes[n + 2] = field, value
        n = n + 2
      end
    end
  end
end
