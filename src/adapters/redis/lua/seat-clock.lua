#!lua
-- The authority's time, whole milliseconds since 1970, as text: the server's own. A node's clock decides nothing.
local function authority_time(server_time) return server_time end
