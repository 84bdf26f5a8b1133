-- What SQL knows of a show's attendance is the least that there was: Redis may have lost some of it.
-- KEYS  1 attendance
-- ARGV  1 peak  2 unique  3 views  4 watch_ms
for i, name in ipairs({ 'peak', 'unique', 'views' }) do
  local known = tonumber(redis.call('HGET', KEYS[1], name)) or 0
  redis.call('HSET', KEYS[1], name, math.max(known, tonumber(ARGV[i])))
end
local lacking = tonumber(ARGV[4]) - (tonumber(redis.call('HGET', KEYS[1], 'watch_ms')) or 0)
if lacking > 0 then
  redis.call('HINCRBY', KEYS[1], 'watch_ms', lacking)
  redis.call('HINCRBY', KEYS[1], 'banked', lacking)
end
return 1
