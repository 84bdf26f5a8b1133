-- One order per request, each under a key of its own. Tokens: one a line on standard input.
-- Argument: the run's name, which makes the keys unique among runs. Prints one JSON line at the end.
local heads, count, sent, run = {}, 0, 0, ''
local body = '{"quantity":1}'

function init(args)
  run = args[1]
  for token in io.lines() do
    count = count + 1
    heads[count] = 'POST ' .. wrk.path .. ' HTTP/1.1\r\nHost: ' .. wrk.host .. '\r\nAuthorization: Bearer ' .. token
      .. '\r\nContent-Type: application/json\r\nContent-Length: ' .. #body .. '\r\nIdempotency-Key: ' .. run .. '-'
  end
end

function request()
  sent = sent + 1
  return heads[sent % count + 1] .. sent .. '\r\n\r\n' .. body
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests":%d,"us":%d,"not_2xx":%d,"broken":%d,"p50_us":%d,"p99_us":%d}',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
