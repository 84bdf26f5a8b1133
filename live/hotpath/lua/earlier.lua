-- What was said of a word before its count began is added to what has been said since.
-- KEYS  1 chat  2 tally  3 the viewers who said it
-- ARGV  1 word  2 the fact at which its count began  3 the window of that moment, '' where it does not matter
--       4 sayings to add as they are  5 '1': this is the last of it  6… viewers to be counted once in that window
-- Returns OK; AGAIN: that window is over, nothing was added; ILLEGAL: its count has begun anew since
local OK, ILLEGAL, AGAIN = 0, 9, 11
if redis.call('HGET', KEYS[1], 'p:' .. ARGV[1]) ~= ARGV[2] then return ILLEGAL end
local window = redis.call('HGET', KEYS[1], 'w:' .. ARGV[1])
if #ARGV > 5 and ARGV[3] ~= '' and window and window ~= ARGV[3] then return AGAIN end
local count = tonumber(ARGV[4])
if #ARGV > 5 then
  count = count + redis.call('SADD', KEYS[3], unpack(ARGV, 6))
  if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'w:' .. ARGV[1], ARGV[3]) end
end
if count > 0 then redis.call('HINCRBY', KEYS[2], ARGV[1], count) end
if ARGV[5] == '1' then redis.call('HDEL', KEYS[1], 'p:' .. ARGV[1]) end
return OK
