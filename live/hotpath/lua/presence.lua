-- Who is here, told by every web process as changes. One whose lease has run out is taken out, a few viewers at a
-- time, and as of the moment when its lease ended, whenever that is done: nothing is counted beyond it.
-- KEYS  1 meta  2 crowd  3 visitors  4 processes  5 attendance  6 the process's own `here:`
--       7… `here:` of processes that the call before named
-- ARGV  1 process, '' for nobody: only the gone are taken out  2 number of the call; '': the process's last one
--       3 lease, ms  4 its open pages, as `place=n place=n`  5 msgpack {came, back, left}
--       6 ms after which a visit is another view  7 most viewers of gone processes taken out in this call
-- Returns {code, 1 when there are more of them, names of gone processes whose keys are wanted, Redis time};
--   UNKNOWN: no such show · AGAIN: this process was taken for dead, or Redis lacks a call of it · WANTED: call
--   again with their keys. Only OK has done anything.
local OK, UNKNOWN, AGAIN, WANTED = 0, 6, 11, 12
local meta, crowd, visitors, processes, attendance, here = unpack(KEYS, 1, 6)
local process, is_last, gap = ARGV[1], ARGV[2] == '', tonumber(ARGV[6])

local show = redis.call('HMGET', meta, 'epoch', 'started_ms', 'ended_ms')
if not show[1] then return { UNKNOWN, 0, {}, 0 } end
local started, ended = tonumber(show[2]), tonumber(show[3])
local was = redis.call('HMGET', attendance, 'now', 'banked', 'views', 'unique', 'peak')
local time = redis.call('TIME')
local now = math.max(time[1] * 1000 + math.floor(time[2] / 1000), tonumber(was[1]) or 0)
local views, unique, peak = tonumber(was[3]) or 0, tonumber(was[4]) or 0, tonumber(was[5]) or 0
local counts = not ended or now < ended

local keys, gone, wanted, calls = { [process] = here }, {}, {}, nil
for i = 7, #KEYS do keys[string.match(KEYS[i], ':here:(.*)$')] = KEYS[i] end
local told = redis.call('HGETALL', processes)
for i = 1, #told, 2 do
  local name, until_ms, n = told[i], string.match(told[i + 1], '^(%d+) (%d+)')
  until_ms = tonumber(until_ms)
  if is_last and name == process then until_ms = math.min(until_ms, now) end
  if until_ms > now then
    if name == process then calls = tonumber(n) end
  elseif keys[name] then
    gone[#gone + 1] = { name = name, key = keys[name], at = until_ms }
  else
    wanted[#wanted + 1] = name
  end
end
if #wanted > 0 then return { WANTED, 0, wanted, now } end
local speaks = process ~= '' and not is_last
if speaks and (calls or -1) + 1 ~= tonumber(ARGV[2]) then return { AGAIN, 0, {}, now } end
if not speaks and #gone == 0 then return { OK, 0, {}, now } end

-- Watch time is n · live_at(now) + banked, n viewers being here: who comes takes live_at(then) from `banked`, who
-- goes gives live_at(then) to it. So it does not matter in which order they are written down.
local banked = tonumber(was[2]) or 0
local function live_at(ms)
  if not started or ms <= started then return 0 end
  return math.min(ms, ended or ms) - started
end

local function go(viewer, at)
  local last = math.max(at, tonumber(redis.call('HGET', visitors, viewer) or 0)) -- another process had them longer
  redis.call('HSET', visitors, viewer, last)
  if redis.call('HINCRBY', crowd, viewer, -1) < 1 then
    redis.call('HDEL', crowd, viewer)
    banked = banked + live_at(last)
  end
end

local function come(viewer, is_back)
  if redis.call('SADD', here, viewer) == 0 then return end
  for _, other in ipairs(gone) do
    if redis.call('SREM', other.key, viewer) == 1 then go(viewer, other.at) end
  end
  if redis.call('HINCRBY', crowd, viewer, 1) > 1 then return end
  local last = redis.call('HGET', visitors, viewer)
  if counts and not last and not is_back then unique = unique + 1 end
  if counts and (last and now - last >= gap or not last and not is_back) then views = views + 1 end
  redis.call('HSET', visitors, viewer, now)
  banked = banked - live_at(now)
end

if speaks then
  local came, back, left = unpack(cmsgpack.unpack(ARGV[5]))
  for _, viewer in ipairs(left) do
    if redis.call('SREM', here, viewer) == 1 then go(viewer, now) end
  end
  for _, viewer in ipairs(back) do come(viewer, true) end
  for _, viewer in ipairs(came) do come(viewer, false) end
  redis.call('HSET', processes, process, string.format('%.0f %s %s', now + ARGV[3], ARGV[2], ARGV[4]))
end

local room, more = tonumber(ARGV[7]), 0
for _, other in ipairs(gone) do
  local some = room > 0 and redis.call('SPOP', other.key, room) or {}
  for _, viewer in ipairs(some) do go(viewer, other.at) end
  room = room - #some
  if redis.call('EXISTS', other.key) == 0 then
    redis.call('HDEL', processes, other.name)
  else
    more = 1
    redis.call('HSET', processes, other.name, string.format('%.0f 0', other.at))
  end
end

redis.call('HSET', attendance, 'now', now, 'banked', banked, 'views', views, 'unique', unique)
if more == 0 then -- else some of the dead are counted still
  local n, live = redis.call('HLEN', crowd), live_at(now)
  redis.call('HSET', attendance, 'peak', counts and math.max(peak, n) or peak,
    'watch_ms', n * live + banked, 'live_ms', live)
end
return { OK, more, {}, now }
