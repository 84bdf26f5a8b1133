-- Let a show sell in this life of the server: it was compared with SQL, or written anew from SQL.
-- KEYS  1 meta  2 shows
-- ARGV  1 show id  2 the run in which all of that was done  3 the epoch compared, or '' for a show written anew
--       4… the fields of `meta` for a show written anew
-- Returns 1; 2 when somebody had done so before; 0 when the server or the show is no longer the one that was
-- looked at
if run_id() ~= ARGV[2] then return 0 end
if ARGV[3] ~= '' and redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[3] then return 0 end
local was = redis.call('HGET', KEYS[1], 'run')
redis.call('HSET', KEYS[1], 'run', ARGV[2], unpack(ARGV, 4))
redis.call('SADD', KEYS[2], ARGV[1])
return was == ARGV[2] and 2 or 1
