// What Keplr asks of a chain's REST interface before it adds the chain, and later.

/** HTTP status and keys of the answer (or the error's code and text) of each request. */
export async function asWallet(rest, address) {
  const questions = {
    smart: "/cosmwasm/wasm/v1/contract/test/smart/test",
    spendableOfNobody: "/cosmos/bank/v1beta1/spendable_balances/test",
    balances: `/cosmos/bank/v1beta1/balances/${address}`,
    spendable: `/cosmos/bank/v1beta1/spendable_balances/${address}`,
    account: `/cosmos/auth/v1beta1/accounts/${address}`,
    noAccount: "/cosmos/auth/v1beta1/accounts/wasm1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc547at0h",
    delegations: `/cosmos/staking/v1beta1/delegations/${address}`,
    transfers: "/ibc/apps/transfer/v1/params",
    node: "/cosmos/base/tendermint/v1beta1/node_info",
    latest: "/cosmos/base/tendermint/v1beta1/blocks/latest",
    noTx: `/cosmos/tx/v1beta1/txs/${"00".repeat(32)}`,
    nowhere: "/no/such/route",
  };
  const seen = {};
  for (const [name, path] of Object.entries(questions)) {
    const answer = await fetch(rest + path, { headers: { origin: "http://page.example" } });
    const body = await answer.json();
    const cors = answer.headers.get("access-control-allow-origin");
    const failed = typeof body.code === "number";
    // devnet has no second form of the block (docs/devnet.md).
    delete body.sdk_block;
    seen[name] = { status: answer.status, cors, ...(failed ? { code: body.code } : { keys: Object.keys(body).sort() }) };
  }
  const posted = async (text) => {
    // As a plain string it goes without the content type of JSON, which wasmd does not mind.
    const answer = await fetch(`${rest}/cosmos/tx/v1beta1/txs`, { method: "POST", body: text });
    const body = await answer.json();
    return { status: answer.status, code: body.code ?? body.tx_response.code };
  };
  seen.garbageTx = await posted('{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_SYNC"}');
  seen.garbageBase64 = await posted('{"tx_bytes":"!!","mode":"BROADCAST_MODE_SYNC"}');
  seen.garbageJson = await posted("x");
  const preflight = await fetch(`${rest}/cosmos/tx/v1beta1/txs`, {
    method: "OPTIONS",
    headers: {
      origin: "http://page.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
  seen.preflight = { ok: preflight.ok, origin: preflight.headers.get("access-control-allow-origin") };
  return seen;
}
