#!/usr/bin/env bash
# A script as people write it for `claude -p`. It says what it got, one line a step; no line names a path or an id.
set -u

# A value out of a JSON message on standard input, by its path.
field() {
  node -e '
    const value = process.argv[1].split(".").reduce((from, key) => from?.[key], JSON.parse(require("fs").readFileSync(0, "utf8")));
    console.log(typeof value === "object" ? JSON.stringify(value) : String(value));
  ' "$1"
}
# The types of a stream of messages, each once, in order.
types() {
  node -e '
    const lines = require("fs").readFileSync(0, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    console.log([...new Set(lines.map(({ type, subtype }) => (type === "system" ? `${type}/${subtype}` : type)))].join(" "));
  '
}
count() { node -e 'console.log(JSON.parse(require("fs").readFileSync(0, "utf8")).permission_denials.length)'; }

echo "text: $(claude -p 'do:text')"
echo "piped: $(echo 'do:text' | claude -p)"
echo "below: $(echo 'some code' | claude -p 'do:below')"
echo "prompt first: $(claude 'do:text' -p < /dev/null)"
echo "behind --: $(claude -p --allowedTools Read Edit -- 'do:text')"

first=$(claude -p 'do:text' --output-format json)
id=$(echo "$first" | field session_id)
echo "json: $(echo "$first" | field type) $(echo "$first" | field subtype) $(echo "$first" | field is_error) $(echo "$first" | field result)"
echo "usage: $(echo "$first" | field usage.output_tokens | grep -c '^[0-9]')"

again=$(claude -p 'do:count' --resume "$id" --output-format json)
[ "$(echo "$again" | field session_id)" = "$id" ] && echo "resumed: $(echo "$again" | field result)"
on=$(claude -p 'do:count' --continue --output-format json)
[ "$(echo "$on" | field session_id)" = "$id" ] && echo "continued: $(echo "$on" | field result)"
fork=$(claude -p 'do:count' -r "$id" --fork-session --output-format json)
[ "$(echo "$fork" | field session_id)" != "$id" ] && echo "forked: $(echo "$fork" | field result)"
echo "named: $(claude -p 'do:text' --session-id 11111111-2222-4333-8444-555555555555 --output-format json | field session_id)"

echo "read: $(claude -p 'do:read' --allowedTools 'Read,Grep' --output-format json | field result)"
echo "denied: $(claude -p 'do:write' --output-format json | count)"
echo "accepted: $(claude -p 'do:write' --permission-mode acceptEdits --output-format json | count) $(cat new.txt)"
echo "command: $(claude -p 'do:command' --allowedTools 'Bash(echo *)' --output-format json | field result)"
echo "bypassed: $(claude -p 'do:command' --dangerously-skip-permissions --output-format json | field result)"

limited=$(claude -p 'do:read' --max-turns 1 --allowedTools Read --output-format json)
echo "max turns: exit $? $(echo "$limited" | field subtype) $(echo "$limited" | field is_error)"
echo "structured: $(claude -p 'do:name' --output-format json --json-schema '{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}' | field structured_output.name)"
echo "stream: $(claude -p 'do:text' --output-format stream-json --verbose | types)"
echo "streamed in: $(echo '{"type":"user","message":{"role":"user","content":"do:text"}}' | claude -p --input-format stream-json --output-format stream-json --verbose | types)"
echo "array: $(claude -p 'do:text' --output-format json --verbose | field 0.subtype)"
echo "system: $(claude -p 'do:system' --append-system-prompt '- Speak like a pirate.')"
echo "model: $(claude -p 'do:model' --model claude-haiku-4-5)"

claude -p 'do:text' --output-format nonsense > /dev/null 2>&1
echo "bad format: exit $?"
claude -p 'do:text' --resume 99999999-2222-4333-8444-555555555555 > /dev/null 2>&1
echo "no session: exit $?"
claude -p 'do:text' --json-schema '{"type":"nonsense"}' > /dev/null 2>&1
echo "bad schema: exit $?"
claude -p < /dev/null > /dev/null 2>&1
echo "no task: exit $?"
