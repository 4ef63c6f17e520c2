//! Who sends what.

use chain_client::signer::Signer;
use chain_client::{Client, Msg};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use e2e::{Chain, FEE_DENOM, places};
use serde_json::json;

/// The chain that the environment asks for.
pub(crate) async fn chain() -> Chain {
    let kind = e2e::kind().unwrap();
    Chain::start(kind)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A signer for a funded account.
pub(crate) fn signer(client: &Client, index: u32) -> Signer {
    Signer::start(client.clone(), Chain::key(index).unwrap())
}

/// Someone who has nothing yet.
pub(crate) fn stranger() -> String {
    let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                 abandon about";
    let key = chain_client::keys::Key::from_mnemonic(words, 0).unwrap();
    key.address().to_owned()
}

pub(crate) fn send(to: &str, amount: u64) -> Msg {
    Msg::Send {
        to: to.to_owned(),
        coins: vec![Coin {
            denom: FEE_DENOM.to_owned(),
            amount: amount.to_string(),
        }],
    }
}

/// Uploads a contract of `artifacts/`.
pub(crate) async fn upload(signer: &Signer, name: &str) -> u64 {
    let code = std::fs::read(places::artifact(name).unwrap()).unwrap();
    let sent = signer.send(vec![Msg::StoreCode { code }]).await;
    let included = sent.unwrap_or_else(|error| panic!("{name}: {error}"));
    let code_id = included.attribute("store_code", "code_id").unwrap();
    code_id.parse().unwrap()
}

/// Makes a contract; its address.
pub(crate) async fn instantiate(
    signer: &Signer,
    name: &str,
    msg: &impl serde::Serialize,
) -> String {
    let code = upload(signer, name).await;
    let msg = Msg::instantiate(code, name, signer.address(), msg).unwrap();
    let made = signer.send(vec![msg]).await.unwrap();
    let address = made.attribute("instantiate", "_contract_address");
    address.unwrap().to_owned()
}

/// A coin of someone else's making, which `owner` has a million of.
pub(crate) async fn coin(signer: &Signer, owner: &str) -> String {
    let msg = json!({
        "name": "Coin", "symbol": "COIN", "decimals": 6,
        "initial_balances": [{ "address": owner, "amount": "1000000" }],
    });
    instantiate(signer, "plain_cw20", &msg).await
}

/// What a test that cannot run says, where everybody sees it.
pub(crate) fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
