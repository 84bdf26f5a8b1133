-- Put a viewer on the list of those who want to be told when units of an offer come back. Nothing of the stock changes.
-- KEYS  1 meta  2 the offer  3 book  4 its list: viewer → when they came, in ms that no two share
-- ARGV  1 viewer  2 the request's deadline ms  3 most that may wait
-- Returns {code}: OK · REPEAT (waits already) · ILLEGAL (there are some to buy) · NOT_OPEN · ENDED · UNKNOWN · LATE ·
--   LIMIT (has as many as one buyer may) · FULL
local FULL = 12
local viewer, list = ARGV[1], KEYS[4]
local show, offer = open_show(KEYS[1]), open_offer(KEYS[2])
if show and show.clock > tonumber(ARGV[2]) then return { LATE } end
if not (show and offer) or show.state == 'recovering' then return { UNKNOWN } end
tick(show, offer) -- what the clock has brought about is for the sweep to write down
if show.state == 'ended' or offer.state == 'closed' then return { ENDED } end
if redis.call('ZSCORE', list, viewer) then return { REPEAT } end
if offer.state == 'armed' then return { NOT_OPEN } end
if offer.left > 0 then return { ILLEGAL } end
local account = open_account(viewer, redis.call('HGET', KEYS[3], viewer))
if units_of(account, offer.id) >= offer.limit then return { LIMIT } end
if redis.call('ZCARD', list) >= tonumber(ARGV[3]) then return { FULL } end
local last = redis.call('ZREVRANGE', list, 0, 0, 'WITHSCORES')[2]
local since = math.max(show.now, (tonumber(last) or 0) + 1)
redis.call('ZADD', list, string.format('%.0f', since), viewer)
return { OK }
