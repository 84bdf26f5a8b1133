-- Presence: these viewers are here now.
-- KEYS  1 meta  2 viewers
-- ARGV  1 ms after which a viewer counts as gone  2… viewer ids
-- Returns viewers now
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if #ARGV > 1 then
  local scores = {}
  for i = 2, #ARGV do
    scores[#scores + 1] = now
    scores[#scores + 1] = ARGV[i]
  end
  redis.call('ZADD', KEYS[2], unpack(scores))
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[1])
local count = redis.call('ZCARD', KEYS[2])
if count > tonumber(redis.call('HGET', KEYS[1], 'peak_viewers') or 0) then
  redis.call('HSET', KEYS[1], 'peak_viewers', count)
end
return count
