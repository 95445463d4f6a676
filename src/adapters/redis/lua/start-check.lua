#!lua
-- Uses every kind of command that our scripts use, so that a user who may not is found at the start.
-- KEYS[1] a key of its own for each check. ARGV[1] a channel. Returns OK, or the first command that is not allowed.
local key = KEYS[1]
local commands = {
  { 'SET', key, '1', 'PX', 1000 }, { 'GET', key }, { 'INCR', key }, { 'PEXPIRE', key, 1000 }, { 'EXISTS', key },
  { 'SETRANGE', key, 0, 'a' }, { 'DEL', key },
  { 'HSET', key, 'a', '1' }, { 'HMGET', key, 'a' }, { 'HGETALL', key }, { 'HDEL', key, 'a' },
  { 'ZADD', key, 1, 'a' }, { 'ZRANGE', key, 0, -1 }, { 'ZREM', key, 'a' },
  { 'XADD', key, '*', 'a', '1' }, { 'XRANGE', key, '-', '+' }, { 'XLEN', key }, { 'XGROUP', 'CREATE', key, 'g', '0' },
  { 'XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', key, '>' }, { 'XAUTOCLAIM', key, 'g', 'c', 0, '0-0' },
  { 'XACK', key, 'g', '0-1' }, { 'XDEL', key, '0-1' }, { 'DEL', key },
  { 'RPUSH', key, 'a' }, { 'LRANGE', key, 0, -1 }, { 'DEL', key },
  { 'INFO', 'replication' }, { 'TIME' }, { 'SPUBLISH', ARGV[1], '' },
}
for _, command in ipairs(commands) do
  local reply = redis.pcall(unpack(command))
  if type(reply) == 'table' and reply.err then
    return redis.error_reply('NOPERM ' .. command[1] .. ': ' .. reply.err)
  end
end
return 'OK'
