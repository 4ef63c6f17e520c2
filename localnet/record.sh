#!/usr/bin/env bash
# Records what a real wasmd answers to signed transactions, for devnet's conformance
# test (devnet/tests/data/README.md).
#   record.sh OUT    the file to write
# Needs artifacts/plain_cw20.wasm (`make wasm`), curl and python3.
set -euo pipefail
[ $# = 1 ] || { echo "usage: record.sh OUT" >&2 && exit 1; }
out=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
cleanup() {
    "$root/localnet/localnet.sh" stop --home "$work" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

rpc=127.0.0.1:46657
"$root/localnet/localnet.sh" one --home "$work" --ports 46656:46657:49090:41317 --blocks 300ms >&2
wasmd_binary=$("$root/localnet/build.sh")
wasmd() { "$wasmd_binary" --home "$work/node0" "$@"; }
keyring=(--keyring-backend test)
words="test test test test test test test test test test test junk"
# The validator's, a9, is there.
for index in 0 1 2; do
    echo "$words" | wasmd keys add "a$index" --recover --index "$index" "${keyring[@]}" >/dev/null 2>&1
done

# --- transactions ------------------------------------------------------------
# record NAME ARGS…: `wasmd tx ARGS…`, then what the node says of it.
record() {
    local name=$1 answer hash
    shift
    answer=$(wasmd tx "$@" --node "tcp://$rpc" --chain-id ballast-devnet-1 "${keyring[@]}" -y -o json)
    hash=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["txhash"])' <<<"$answer")
    until curl -sf "$rpc/tx?hash=0x$hash" >"$work/$name.json"; do sleep 0.2; done
    echo "$name" >>"$work/names"
}
address() { wasmd keys show "$1" -a "${keyring[@]}"; }
alice=$(address a0) bob=$(address a1) carol=$(address a2)
fee=(--fees 5000ustake)
new='{"name":"Coin","symbol":"COIN","decimals":6,"initial_balances":'
transfer() { echo "{\"transfer\":{\"recipient\":\"$bob\",\"amount\":\"$1\"}}"; }

record send bank send a0 "$carol" 123ustake --gas 200000 "${fee[@]}"
record send2 bank send a0 "$carol" 123ustake --gas 200000 "${fee[@]}"
record sendnew bank send a0 wasm1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc547at0h 5ustake --gas 200000 "${fee[@]}"
record sendnofee bank send a0 "$carol" 123ustake --gas 200000
record sendpoor bank send a0 "$carol" 99000000000000000ustake --gas 200000 "${fee[@]}"
record sendoog bank send a0 "$carol" 123ustake --gas 60000 "${fee[@]}"
record store wasm store "$root/artifacts/plain_cw20.wasm" --from a9 --gas 5000000 "${fee[@]}"
record inst wasm instantiate 1 "$new[{\"address\":\"$alice\",\"amount\":\"1000000\"}]}" --label coin --admin "$alice" --from a0 --gas 1000000 "${fee[@]}"
coin=wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d
call=(wasm execute "$coin")
record transfer "${call[@]}" "$(transfer 100)" --from a0 --gas 500000 "${fee[@]}"
record transfer2 "${call[@]}" "$(transfer 100)" --from a0 --gas 500000 "${fee[@]}"
record transferbad "${call[@]}" "$(transfer 100000000000)" --from a0 --gas 500000 "${fee[@]}"
record transfertight "${call[@]}" "$(transfer 100)" --from a0 --gas 140000 "${fee[@]}"
record transferoog "${call[@]}" "$(transfer 100)" --from a0 --gas 80000 "${fee[@]}"
record garbage "${call[@]}" '{"nosuch":{}}' --from a0 --gas 500000 "${fee[@]}"
record funded "${call[@]}" "$(transfer 100)" --amount 7ustake --from a0 --gas 500000 "${fee[@]}"
record inst2 wasm instantiate2 1 "$new[]}" 0102 --label coin2 --admin "$alice" --from a0 --gas 1000000 "${fee[@]}"
record migrate wasm migrate "$coin" 1 '{}' --from a0 --gas 500000 "${fee[@]}"
record setadmin wasm set-contract-admin "$coin" "$bob" --from a0 --gas 500000 "${fee[@]}"
record amino bank send a0 "$carol" 123ustake --gas 200000 "${fee[@]}" --sign-mode amino-json
record aminoexec "${call[@]}" "$(transfer 100)" --from a0 --gas 500000 "${fee[@]}" --sign-mode amino-json
record nocontract wasm execute wasm1suhgf5svhu4usrurvxzlgn54ksxmn8gljarjtxqnapv8kjnp4nrss5maay '{}' --from a0 --gas 500000 "${fee[@]}"
record sendcontract "${call[@]}" "{\"send\":{\"contract\":\"$coin\",\"amount\":\"1\",\"msg\":\"e30=\"}}" --from a0 --gas 500000 "${fee[@]}"
record sendnobody "${call[@]}" "{\"send\":{\"contract\":\"$bob\",\"amount\":\"1\",\"msg\":\"e30=\"}}" --from a0 --gas 500000 "${fee[@]}"
record memo bank send a0 "$carol" 1ustake --gas 200000 "${fee[@]}" --note hello
record duplicate wasm instantiate2 1 "$new[]}" 0102 --label coin2 --admin "$alice" --from a0 --gas 1000000 "${fee[@]}"
record nocode wasm instantiate 77 '{}' --label x --no-admin --from a0 --gas 1000000 "${fee[@]}"

# --- one line each -----------------------------------------------------------
python3 - "$work" "$out" <<'PYTHON'
import json, sys
work, out = sys.argv[1:]
rows = []
for name in open(f"{work}/names").read().split():
    found = json.load(open(f"{work}/{name}.json"))["result"]
    result = found["tx_result"]
    if name == "store":
        rows.append({"name": name, "code": 0, "gas_used": result["gas_used"]})
        continue
    rows.append({
        "name": name, "tx": found["tx"], "code": result["code"], "codespace": result["codespace"],
        "log": result["log"], "data": result["data"] or "", "gas_wanted": result["gas_wanted"],
        "gas_used": result["gas_used"],
        "events": [[e["type"]] + [[a["key"], a["value"]] for a in e["attributes"]] for e in result["events"]],
    })
with open(out, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")
print(f"{len(rows)} transactions")
PYTHON
