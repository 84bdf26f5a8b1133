-- Give back some keys of a show that was let go. A rebuild of the show takes the ticket away first.
-- KEYS  1 gone  2… the keys
-- ARGV  1 the ticket
-- Returns 1, or 0 when the ticket is not good any more
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('UNLINK', unpack(KEYS, 2))
return 1
