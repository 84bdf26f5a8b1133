-- Take those off a list who have ordered since they came. Whoever came again after that order stays.
-- KEYS  1 the list, as in wait.lua
-- ARGV  pairs of a viewer and the moment of their order, Redis ms
-- Returns how many are off it
local gone = 0
for i = 1, #ARGV, 2 do
  local since = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if since and tonumber(since) <= tonumber(ARGV[i + 1]) then
    gone = gone + redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return gone
