import { createHash } from 'node:crypto';

/** A Lua script, and the name under which a server that has already loaded it runs it. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/**
 * One step of a shard. Lua does not roll back, so everything is read, checked and computed before the first write,
 * which a full server refuses. Lua's numbers are doubles, so values are decimal text, added digit by digit if they are
 * long.
 *
 *     KEYS  state, then for each metric: its values (hash: name to text), its names (sorted set, all of score 0)
 *     ARGV  the expected state ('' for none), the next one, then for each metric: merges ('+' add, '<' least,
 *           '>' greatest), '1' to clear it, the name below which entries go ('' for none), how many entries, then each
 *           entry's name and text ("12 350 -", and a label on a second line)
 */
export const stepScript = script(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end

local LIMB = 7
local BASE = 10000000
local CHUNK = 1000

local function split(text)
  if string.sub(text, 1, 1) == '-' then return -1, string.sub(text, 2) end
  return 1, text
end

local function longer(one, other)
  if #one ~= #other then return #one > #other end
  for index = 1, #one do
    local left, right = string.byte(one, index), string.byte(other, index)
    if left ~= right then return left > right end
  end
  return false
end

local function limbs(digits)
  local found = {}
  for last = #digits, 1, -LIMB do
    found[#found + 1] = tonumber(string.sub(digits, math.max(1, last - LIMB + 1), last))
  end
  return found
end

local function digits(numbers)
  while #numbers > 1 and numbers[#numbers] == 0 do numbers[#numbers] = nil end
  local parts = { string.format('%d', numbers[#numbers]) }
  for index = #numbers - 1, 1, -1 do parts[#parts + 1] = string.format('%07d', numbers[index]) end
  return table.concat(parts)
end

-- sign 1 adds the magnitudes; -1 takes the smaller, right one from the left one
local function combined(left, right, sign)
  local one, other, carry, result = limbs(left), limbs(right), 0, {}
  for index = 1, math.max(#one, #other) do
    local value = (one[index] or 0) + sign * (other[index] or 0) + carry
    carry = math.floor(value / BASE)
    result[index] = value - carry * BASE
  end
  if carry > 0 then result[#result + 1] = carry end
  return digits(result)
end

local function add(one, other)
  if #one <= 15 and #other <= 15 then
    return string.format('%.0f', tonumber(one) + tonumber(other))
  end
  local leftSign, left = split(one)
  local rightSign, right = split(other)
  local sign, text
  if leftSign == rightSign then sign, text = leftSign, combined(left, right, 1)
  elseif longer(right, left) then sign, text = rightSign, combined(right, left, -1)
  else sign, text = leftSign, combined(left, right, -1) end
  if text ~= '0' and sign < 0 then return '-' .. text end
  return text
end

local function less(one, other)
  local leftSign, left = split(one)
  local rightSign, right = split(other)
  if leftSign ~= rightSign then return leftSign < rightSign end
  if leftSign < 0 then return longer(left, right) end
  return longer(right, left)
end

local function merged(merge, one, other)
  if one == '-' then return other end
  if other == '-' then return one end
  if merge == '+' then return add(one, other) end
  if merge == '<' then return less(other, one) and other or one end
  return less(one, other) and other or one
end

local function mergedText(merges, before, text)
  local values, label = string.match(text, '^([^\\n]*)(.*)$')
  local olds, index, result = string.gmatch(before, '[^ \\n]+'), 0, {}
  for value in string.gmatch(values, '[^ ]+') do
    index = index + 1
    result[index] = merged(string.sub(merges, index, index), olds(), value)
  end
  return table.concat(result, ' ') .. label
end

local writes, at = {}, 3
for metric = 1, (#KEYS - 1) / 2 do
  local hash, names = KEYS[metric * 2], KEYS[metric * 2 + 1]
  local merges, clear, below, count = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  local set, index = {}, {}
  for first = 0, count - 1, CHUNK do
    local some = {}
    for entry = first, math.min(first + CHUNK, count) - 1 do some[#some + 1] = ARGV[at + entry * 2] end
    local olds = clear == '1' and {} or redis.call('HMGET', hash, unpack(some))
    for position, name in ipairs(some) do
      local text = ARGV[at + (first + position - 1) * 2 + 1]
      set[#set + 1] = name
      set[#set + 1] = olds[position] and mergedText(merges, olds[position], text) or text
      if not olds[position] then
        index[#index + 1] = 0
        index[#index + 1] = name
      end
    end
  end
  at = at + count * 2
  writes[metric] = { hash = hash, names = names, clear = clear, below = below, set = set, index = index }
end

local function inChunks(command, key, arguments)
  for first = 1, #arguments, CHUNK * 2 do
    redis.call(command, key, unpack(arguments, first, math.min(first + CHUNK * 2 - 1, #arguments)))
  end
end

redis.call('SET', KEYS[1], ARGV[2])
for _, write in ipairs(writes) do
  if write.clear == '1' then redis.call('DEL', write.hash, write.names) end
  inChunks('HSET', write.hash, write.set)
  inChunks('ZADD', write.names, write.index)
  if write.below ~= '' then
    local old = redis.call('ZRANGEBYLEX', write.names, '-', '(' .. write.below)
    inChunks('HDEL', write.hash, old)
    inChunks('ZREM', write.names, old)
  end
end
return 1
`);

/**
 * A page of entries, and the shard's state at the same moment.
 *
 *     KEYS  state, a metric's values, its names
 *     ARGV  the bounds in ZRANGEBYLEX's syntax, the maximum number of entries
 */
export const entriesScript = script(`
local names = redis.call('ZRANGEBYLEX', KEYS[3], ARGV[1], ARGV[2], 'LIMIT', 0, tonumber(ARGV[3]))
local found = { redis.call('GET', KEYS[1]) or '' }
for first = 1, #names, 1000 do
  local last = math.min(first + 999, #names)
  local texts = redis.call('HMGET', KEYS[2], unpack(names, first, last))
  for index = first, last do
    found[#found + 1] = names[index]
    found[#found + 1] = texts[index - first + 1] or ''
  end
end
return found
`);
