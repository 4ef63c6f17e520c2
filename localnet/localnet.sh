#!/usr/bin/env bash
# Real wasmd on this machine, with fast blocks, on loopback only. FOR DEVELOPMENT: the keys
# are known to everybody.
#   localnet.sh one   [OPTIONS]   one node: starts it, waits for its first block, returns
#   localnet.sh four  [OPTIONS]   four validators
#   localnet.sh init  [OPTIONS]   only writes the files of --validators nodes
#   localnet.sh stop  [--home FOLDER]
#   localnet.sh status [--home FOLDER]
# Options:
#   --home FOLDER      where everything is kept; what is there is gone on with
#   --reset            forget what is there and begin anew
#   --validators N     of init: how many nodes
#   --ports LIST       P2P:RPC:GRPC:REST of each node, with commas between nodes
#   --chain-id ID      begins with ballast-devnet, for plain keys work nowhere else
#   --denom DENOM      one more that the accounts have; ustake pays fees
#   --blocks TIME      from a block to the next (500ms)
#   --json             print one line of JSON for scripts
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/env.sh"

words="test test test test test test test test test test test junk"
funds=1000000000000000
bonded=1000000000ustake
home=$BALLAST_ROOT/target/localnet validators=1 ports= chain=ballast-devnet-1 blocks=500ms
denoms=(ustake) json= reset=

usage() { sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 1; }
[ $# -ge 1 ] || usage
verb=$1 && shift
case $verb in one | init | stop | status) ;; four) validators=4 ;; *) usage ;; esac
while [ $# -gt 0 ]; do
    case $1 in
        --json) json=1 ;;
        --reset) reset=1 ;;
        --home | --validators | --ports | --chain-id | --denom | --blocks)
            [ $# -ge 2 ] || usage
            case $1 in
                --home) home=$2 ;;
                --validators) validators=$2 ;;
                --ports) ports=$2 ;;
                --chain-id) chain=$2 ;;
                --denom) denoms+=("$2") ;;
                --blocks) blocks=$2 ;;
            esac
            shift
            ;;
        *) usage ;;
    esac
    shift
done
[[ $validators =~ ^[1-9]$ ]] || die "--validators is '$validators'; it takes 1 to 9"
[[ $chain == ballast-devnet* ]] || die "--chain-id is '$chain'; it has to begin with ballast-devnet"
[[ $blocks =~ ^[1-9][0-9]*(ms|s)$ ]] || die "--blocks is '$blocks'; it takes a time as in 500ms or 2s"

# Port NAME of node INDEX, as its folder has it.
port() {
    local p2p rpc grpc rest
    IFS=: read -r p2p rpc grpc rest <"$home/node$1/ports"
    case $2 in p2p) echo "$p2p" ;; rpc) echo "$rpc" ;; grpc) echo "$grpc" ;; rest) echo "$rest" ;; esac
}
nodes() { find "$home" -maxdepth 1 -name 'node[0-9]' 2>/dev/null | wc -l; }
node() { "$wasmd" --home "$home/node$1" "${@:2}"; }

# The process of node INDEX, if it runs.
running() {
    local pid
    pid=$(cat "$home/node$1/pid" 2>/dev/null) || return 1
    # A number that another process has by now is not ours.
    { tr '\0' ' ' <"/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null |
        grep -qF -- "--home $home/node$1 start" && echo "$pid"
}

stop() {
    local index pid
    for ((index = $(nodes) - 1; index >= 0; index--)); do
        pid=$(running "$index") || continue
        kill "$pid"
        for _ in $(seq 100); do running "$index" >/dev/null || break && sleep 0.1; done
        if running "$index" >/dev/null; then kill -9 "$pid"; fi
        rm -f "$home/node$index/pid"
    done
}

# --- the files ---------------------------------------------------------------
configure() {
    local index=$1 peers=$2 config=$home/node$1/config
    # pprof would want the same port for each node; p2p listens on all interfaces by default.
    sed -i -e "s|^timeout_commit = .*|timeout_commit = \"$blocks\"|" \
        -e 's|^timeout_propose = .*|timeout_propose = "1s"|' \
        -e "s|tcp://0\.0\.0\.0:26656|tcp://127.0.0.1:$(port "$index" p2p)|" \
        -e "s|tcp://127\.0\.0\.1:26657|tcp://127.0.0.1:$(port "$index" rpc)|" \
        -e 's|^pprof_laddr = .*|pprof_laddr = ""|' \
        -e 's|^cors_allowed_origins = .*|cors_allowed_origins = ["*"]|' \
        -e 's|^addr_book_strict = .*|addr_book_strict = false|' \
        -e 's|^allow_duplicate_ip = .*|allow_duplicate_ip = true|' \
        -e "s|^persistent_peers = .*|persistent_peers = \"$peers\"|" "$config/config.toml"
    sed -i -e 's|^minimum-gas-prices = .*|minimum-gas-prices = "0ustake"|' \
        -e '/^\[api\]/,/^\[grpc\]/s|^enable = .*|enable = true|' \
        -e 's|^enabled-unsafe-cors = .*|enabled-unsafe-cors = true|' \
        -e "s|tcp://localhost:1317|tcp://127.0.0.1:$(port "$index" rest)|" \
        -e "s|\"localhost:9090\"|\"127.0.0.1:$(port "$index" grpc)\"|" "$config/app.toml"
}

genesis() {
    local file=$1 coins="" comma="" denom index address
    sed -i -e 's/"stake"/"ustake"/' -e 's/"max_gas": "-1"/"max_gas": "100000000"/' "$file"
    # In the order of their names, as the chain wants them.
    for denom in $(printf '%s\n' "${denoms[@]}" | sort -u); do
        coins+="$comma{\"denom\":\"$denom\",\"amount\":\"$funds\"}" comma=,
    done
    comma='['
    while read -r index address; do
        [ "$index" != "#" ] || continue
        echo "$comma{\"address\":\"$address\",\"coins\":[$coins]}" && comma=,
    done <"$BALLAST_ROOT/localnet/accounts.txt" >"$home/accounts.json"
    echo ']' >>"$home/accounts.json"
    node 0 genesis bulk-add-genesis-account "$home/accounts.json"
}

init() {
    local index line key peers=() chosen
    IFS=, read -ra chosen <<<"$ports"
    [ -z "$ports" ] || [ "${#chosen[@]}" = "$validators" ] ||
        die "--ports names ${#chosen[@]} nodes, there are $validators"
    for ((index = 0; index < validators; index++)); do
        line=${chosen[index]:-$((26656 + 10 * index)):$((26657 + 10 * index)):$((9090 + 10 * index)):$((1317 + 10 * index))}
        [[ $line =~ ^[0-9]+:[0-9]+:[0-9]+:[0-9]+$ ]] || die "--ports has '$line'; it takes P2P:RPC:GRPC:REST"
        node "$index" init "node$index" --chain-id "$chain" >/dev/null 2>&1
        echo "$line" >"$home/node$index/ports"
        peers+=("$(node "$index" comet show-node-id)@127.0.0.1:$(port "$index" p2p)")
    done
    local first=$home/node0/config
    genesis "$first/genesis.json"
    mkdir -p "$first/gentx"
    for ((index = 0; index < validators; index++)); do
        # From the last account on, so that the first ones are anyone's.
        key=$((9 - index))
        echo "$words" | node "$index" keys add "a$key" --recover --index "$key" --keyring-backend test >/dev/null 2>&1
        [ "$index" = 0 ] || cp "$first/genesis.json" "$home/node$index/config/"
        node "$index" genesis gentx "a$key" "$bonded" --chain-id "$chain" --keyring-backend test \
            --output-document "$first/gentx/$index.json" >/dev/null 2>&1
    done
    node 0 genesis collect-gentxs >/dev/null 2>&1
    for ((index = 0; index < validators; index++)); do
        [ "$index" = 0 ] || cp "$first/genesis.json" "$home/node$index/config/"
        # Only this script's own peers, whatever the lines above have put there.
        configure "$index" "$(IFS=, && echo "${peers[*]}")"
    done
    echo "$chain" >"$home/chain-id"
}

# --- running -----------------------------------------------------------------
start() {
    local index pid
    for ((index = 0; index < $(nodes); index++)); do
        if running "$index" >/dev/null; then continue; fi
        # A group of its own: Ctrl-C ends what waits here, not the chain.
        setsid "$wasmd" --home "$home/node$index" start >>"$home/node$index/log" 2>&1 </dev/null &
        echo $! >"$home/node$index/pid"
    done
    for ((index = 0; index < $(nodes); index++)); do await "$index"; done
}

await() {
    local index=$1 rpc height
    rpc=127.0.0.1:$(port "$index" rpc)
    for _ in $(seq 600); do
        height=$(curl -sf "$rpc/status" 2>/dev/null | grep -o '"latest_block_height": *"[0-9]*"' | tr -dc 0-9) || true
        if [ "${height:-0}" -ge 1 ]; then return; fi
        if ! running "$index" >/dev/null; then break; fi
        sleep 0.1
    done
    tail -n 12 "$home/node$index/log" >&2
    stop
    die "node $index has made no block; its log is $home/node$index/log"
}

show() {
    local index rpc grpc rest state comma=
    if [ -n "$json" ]; then
        printf '{"chain_id":"%s","home":"%s","nodes":[' "$(cat "$home/chain-id")" "$home"
    else
        say "chain  $(cat "$home/chain-id"): wasmd FOR DEVELOPMENT, keys known to everybody"
        say "home   $home"
    fi
    for ((index = 0; index < $(nodes); index++)); do
        rpc=http://127.0.0.1:$(port "$index" rpc) grpc=http://127.0.0.1:$(port "$index" grpc)
        rest=http://127.0.0.1:$(port "$index" rest)
        state=$(running "$index") || state=0
        if [ -n "$json" ]; then
            printf '%s{"rpc":"%s","grpc":"%s","rest":"%s","pid":%s}' "$comma" "$rpc" "$grpc" "$rest" "$state"
            comma=,
        else
            [ "$state" != 0 ] && state="process $state" || state="stopped"
            say "node $index  RPC $rpc  gRPC $grpc  REST $rest  $state"
        fi
    done
    if [ -n "$json" ]; then
        printf ']}\n'
    else
        say "accounts with $funds of ${denoms[*]} each, from the mnemonic"
        say "  $words"
        grep -v '^#' "$BALLAST_ROOT/localnet/accounts.txt" | sed 's/^/  /'
    fi
}

case $home in /*) ;; *) home=$PWD/$home ;; esac
case $verb in
    stop | status)
        [ "$(nodes)" -gt 0 ] || die "there is no chain in $home; name its folder with --home"
        if [ "$verb" = stop ]; then stop; else show; fi
        exit
        ;;
esac
wasmd=$("$BALLAST_ROOT/localnet/build.sh")
if [ -n "$reset" ] && [ "$(nodes)" -gt 0 ]; then
    stop
    rm -rf "$home"/node[0-9] "$home/accounts.json" "$home/chain-id"
fi
if [ ! -f "$home/chain-id" ]; then
    mkdir -p "$home"
    [ "$(nodes)" = 0 ] || die "$home holds half a chain; begin anew with --reset"
    init
elif [ "$(nodes)" != "$validators" ]; then
    die "$home holds a chain of $(nodes) nodes, not $validators; name another --home or begin anew with --reset"
fi
if [ "$verb" != init ]; then start; fi
show
