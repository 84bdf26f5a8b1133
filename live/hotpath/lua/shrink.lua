-- Give back a part of one of a show's hashes, which may be too large to be freed at once.
-- KEYS  1 gone  2 the hash
-- ARGV  1 the ticket  2 where the scan stands: what the call before returned, '0' at first  3 fields, about
-- Returns {where the scan stands, fields left; -1 when the ticket is not good any more}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { '0', -1 } end
local cursor, found = unpack(redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', ARGV[3]))
local fields = {}
for i = 1, #found, 2 do fields[#fields + 1] = found[i] end
if #fields > 0 then redis.call('HDEL', KEYS[2], unpack(fields)) end
return { cursor, redis.call('HLEN', KEYS[2]) }
