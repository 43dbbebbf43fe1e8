-- Drives a real Neovim with its built-in client against `driftlint server`. Its init.lua is the text of docs/editors.md.
-- Writes one JSON object per step to the file named by $DRIFTLINT_STEPS; a step that fails ends the run.

local out = assert(io.open(vim.env.DRIFTLINT_STEPS, "w"))
local function note(step, value)
  out:write(vim.json.encode({ step = step, value = value }) .. "\n")
  out:flush()
end

local function shown(buffer, code)
  local rows = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    if code == nil or d.code == code then
      table.insert(rows, string.format("%d:%d %s %s", d.lnum, d.col, vim.diagnostic.severity[d.severity], d.code))
    end
  end
  table.sort(rows)
  return rows
end

local function wait(what, holds)
  if not vim.wait(90000, holds, 20) then
    note("never", { what = what, shown = shown(0), text = vim.api.nvim_buf_get_lines(0, 0, -1, false) })
    vim.cmd("cquit 3")
  end
end

local rule = "dataset-unpinned"
local function count(buffer)
  return #shown(buffer, rule)
end

assert(vim.lsp.config.driftlint, "the init.lua of docs/editors.md was not read")
vim.opt.undofile = false
vim.opt.swapfile = false

-- open
vim.cmd("edit train.py")
local train = vim.api.nvim_get_current_buf()
wait("the first diagnostic", function() return count(train) == 1 end)
note("opened", shown(train, rule))
local client = vim.lsp.get_clients({ bufnr = train })[1]
note("encoding", client.offset_encoding)

-- type, in a line with characters outside ASCII
vim.api.nvim_win_set_cursor(0, { 2, 0 })
vim.cmd("normal! Ox = 'é😀'; load_dataset('c/d')")
wait("a second diagnostic", function() return count(train) == 2 end)
note("typed", shown(train, rule))

-- half a call: the findings stay, the reader says that it waits
vim.cmd("normal! oload_dataset(")
wait("the notice", function() return #shown(train, "unparsed") == 1 end)
note("broken", { findings = shown(train, rule), notice = shown(train, "unparsed") })
vim.cmd("normal! dd")
wait("no notice", function() return #shown(train, "unparsed") == 0 end)

-- another file decides
vim.cmd("split conf.py")
local conf = vim.api.nvim_get_current_buf()
wait("the finding in the other file", function() return count(conf) == 1 end)
note("other", shown(conf, rule))
vim.api.nvim_buf_set_lines(conf, 0, 1, false, { 'NAME = "./here"' })
wait("no finding in the other file", function() return count(conf) == 0 end)
vim.cmd("silent undo")
wait("the finding again", function() return count(conf) == 1 end)
vim.cmd("close")

-- hover
vim.api.nvim_set_current_buf(train)
vim.api.nvim_win_set_cursor(0, { 3, 15 })
local hover = client:request_sync("textDocument/hover", vim.lsp.util.make_position_params(0, client.offset_encoding), 60000, train)
note("hover", hover and hover.result and hover.result.contents.value or vim.NIL)

-- In a script all changes are one undo step unless they are told apart.
local function new_step()
  vim.cmd("let &undolevels = &undolevels")
end

-- the action, then the reason, then undo
vim.api.nvim_win_set_cursor(0, { 3, 15 })
local before = vim.api.nvim_buf_get_lines(train, 0, -1, false)
new_step()
vim.lsp.buf.code_action({
  filter = function(action) return action.title:find("Ignore " .. rule, 1, true) ~= nil end,
  apply = true,
})
wait("the comment", function()
  return vim.api.nvim_buf_get_lines(train, 2, 3, false)[1]:find("driftlint: ignore", 1, true) ~= nil
end)
new_step()
note("action", vim.api.nvim_buf_get_lines(train, 2, 3, false)[1])
wait("that a reason is asked for", function() return #shown(train, "suppression-invalid") == 1 end)
note("no reason", shown(train))
vim.cmd("normal! Athe mirror keeps it")
wait("that it is accepted", function() return count(train) == 1 and #shown(train, "suppression-invalid") == 0 end)
note("accepted", shown(train, rule))
vim.cmd("silent undo")
vim.cmd("silent undo")
wait("that it is back", function() return count(train) == 2 end)
note("undone", vim.deep_equal(before, vim.api.nvim_buf_get_lines(train, 0, -1, false)))

-- end
client:stop()
wait("that the server is gone", function() return client:is_stopped() end)
note("end", shown(train, rule))
out:close()
vim.cmd("qall!")
