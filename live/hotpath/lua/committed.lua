-- SQL has a show's log up to here: where its chain stands, and what the log need not keep.
-- KEYS  1 meta  2 log
-- ARGV  1 epoch  2 number  3 hash of the chain's last entry  4 the log keeps what comes from this seq on
-- Returns 1, or 0 for a show that was let go or put back meanwhile
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'chain_n', ARGV[2], 'chain_head', ARGV[3])
if tonumber(ARGV[4]) > 0 then redis.call('XTRIM', KEYS[2], 'MINID', ARGV[4] .. '-0') end
return 1
