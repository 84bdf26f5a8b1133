-- Watched words. `tally` (hash): word → how often it was said; `said:W` (set): viewers who count no more for
-- the word W, in the window that the chat's field `w:W` names.

-- `said`: number of a word in `words` → its viewers; KEYS[first + number] is the word's set.
local function count_words(chat, tally, first, words, said, window_ms, now)
  local window = window_ms > 0 and string.format('%.0f', math.floor(now / window_ms)) or '0'
  for n, viewers in pairs(said) do
    local word, count = words[n], #viewers
    if window_ms ~= 0 then
      local key = KEYS[first + n]
      if window_ms > 0 and redis.call('HGET', chat, 'w:' .. word) ~= window then
        redis.call('UNLINK', key)
        redis.call('HSET', chat, 'w:' .. word, window)
      end
      count = redis.call('SADD', key, unpack(viewers))
    end
    if count > 0 then redis.call('HINCRBY', tally, word, count) end
  end
end
