-- Who is here, told by every web process as changes. One whose lease has run out is taken out, a few viewers at a
-- time, and as of the moment when its lease ended, whenever that is done: nothing is counted beyond it.
-- KEYS  1 meta  2 crowd  3 visitors  4 processes  5 attendance  6 the process's own `here:`
--       7… `here:` of processes that the call before named
-- ARGV  1 process, '' for nobody: only the gone are taken out  2 number of the call; '': the process's last one
--       3 lease, ms  4 its open pages, as `place=n place=n`  5 msgpack {came, back, left}
--         when each place was open first is kept, as `first:PLACE`
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

local function call(name, key, list)
  if #list > 0 then return redis.call(name, key, unpack(list)) end
  return {}
end

local function chosen(viewers, flags, wanted)
  local found = {}
  for i, viewer in ipairs(viewers) do
    if flags[i] == wanted then found[#found + 1] = viewer end
  end
  return found
end

-- One process fewer has these viewers: it had them until `at`, another one may have had them longer.
local function go(viewers, at)
  local here_in, seen = call('HMGET', crowd, viewers), call('HMGET', visitors, viewers)
  local last, fewer, none = {}, {}, {}
  for i, viewer in ipairs(viewers) do
    local until_ms = math.max(at, tonumber(seen[i]) or 0)
    last[2 * i - 1], last[2 * i] = viewer, until_ms
    if (tonumber(here_in[i]) or 0) > 1 then
      fewer[#fewer + 1], fewer[#fewer + 2] = viewer, here_in[i] - 1
    else
      none[#none + 1] = viewer
      banked = banked + live_at(until_ms)
    end
  end
  call('HSET', visitors, last)
  call('HSET', crowd, fewer)
  call('HDEL', crowd, none)
end

local function come(viewers, is_back)
  viewers = chosen(viewers, call('SMISMEMBER', here, viewers), 0)
  for _, other in ipairs(gone) do
    local found = chosen(viewers, call('SMISMEMBER', other.key, viewers), 1)
    call('SREM', other.key, found)
    go(found, other.at)
  end
  local here_in, seen = call('HMGET', crowd, viewers), call('HMGET', visitors, viewers)
  local more, last, text = {}, {}, string.format('%.0f', now)
  for i, viewer in ipairs(viewers) do
    more[2 * i - 1], more[2 * i] = viewer, (tonumber(here_in[i]) or 0) + 1
    if not here_in[i] then
      local is_new = not seen[i] and not is_back
      if counts and is_new then unique = unique + 1 end
      if counts and (is_new or seen[i] and now - seen[i] >= gap) then views = views + 1 end
      last[#last + 1], last[#last + 2] = viewer, text
      banked = banked - live_at(now)
    end
  end
  call('SADD', here, viewers)
  call('HSET', crowd, more)
  call('HSET', visitors, last)
end

if speaks then
  local came, back, left = unpack(cmsgpack.unpack(ARGV[5]))
  left = chosen(left, call('SMISMEMBER', here, left), 1)
  call('SREM', here, left)
  go(left, now)
  come(back, true)
  come(came, false)
  for place in string.gmatch(ARGV[4], '([%a_]+)=[1-9]') do redis.call('HSETNX', attendance, 'first:' .. place, now) end
  redis.call('HSET', processes, process, string.format('%.0f %s %s', now + ARGV[3], ARGV[2], ARGV[4]))
end

local room, more = tonumber(ARGV[7]), 0
for _, other in ipairs(gone) do
  local some = room > 0 and redis.call('SPOP', other.key, room) or {}
  go(some, other.at)
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
