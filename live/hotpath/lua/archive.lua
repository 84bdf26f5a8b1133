-- Let go of a show that is over: from here on it is unknown to every script. Its other keys go by `unlink.lua`.
-- KEYS  1 meta  2 due  3 gone  4 rebuilding
-- ARGV  1 its epoch, or '' for one that had been let go: what this life of the server brought back of it, or
--         what was left when the giving back was broken off
--       2 the last fact that SQL has committed  3 the ticket for `unlink.lua`  4 how long it is good, ms
-- Returns 1; 0: nothing done, for SQL lacks something of it, a hold is open, or it is not the one looked at
local show = open_show(KEYS[1])
if ARGV[1] == '' then
  if show and show.state ~= 'recovering' or redis.call('EXISTS', KEYS[4]) == 1 then return 0 end
else
  if not show then return 0 end
  if show.state ~= 'ended' or redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
  if show.seq ~= tonumber(ARGV[2]) or redis.call('ZCARD', KEYS[2]) > 0 then return 0 end
end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
redis.call('DEL', KEYS[1])
return 1
