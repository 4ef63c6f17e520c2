//! Our own contracts on either chain.

use std::path::Path;
use std::sync::Mutex;

use chain_client::Error;
use compute_api::coin;
use compute_api::oracle::{BeaconNetwork, PegResponse, QueryMsg, Trust};
use compute_proofs::beacon::QUICKNET;
use cosmwasm_std::HexBinary;
use deployment::deploy::{Plan, Step, deploy};
use deployment::{Deployment, Network, Profile};
use e2e::{Chain, FEE_DENOM, places};

use crate::people::{chain, signer};

fn plan(chain: &Chain, owner: &str, folder: &Path) -> Plan {
    Plan {
        profile: Profile::devnet(FEE_DENOM),
        owner: owner.to_owned(),
        guardian: owner.to_owned(),
        admin: None,
        beacon: BeaconNetwork {
            public_key: HexBinary::from(QUICKNET.public_key),
            genesis: QUICKNET.genesis,
            period: QUICKNET.period,
            trust: Trust::Public,
        },
        beacons: Vec::new(),
        endpoints: chain.endpoints().clone(),
        salt: "e2e".to_owned(),
        artifacts: places::root().join("artifacts"),
        file: folder.join("deployment.json"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_deployed_once_and_tells_its_peg() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    let owner = signer(&client, 0);
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(&chain, owner.address(), folder.path());
    let deployed = deploy(&client, &owner, &plan, |_| ()).await;
    let deployed = deployed.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Deployment::load(&plan.file).unwrap(), deployed);

    // Others find it by its file.
    let network = Network::connect(Deployment::load(&plan.file).unwrap()).unwrap();
    let peg: PegResponse = network.oracle(&QueryMsg::Peg {}).await.unwrap();
    assert_eq!(peg.tier, plan.profile.mainstream);
    assert!(peg.opc == peg.target && !peg.opc.is_zero(), "{peg:?}");
    assert_eq!(peg.last_census, None);
    let info: cw20::TokenInfoResponse = network.coin(&coin::QueryMsg::TokenInfo {}).await.unwrap();
    assert_eq!(
        (info.symbol.as_str(), info.total_supply.u128()),
        ("COMPUTE", 0)
    );
    // Nobody has a coin yet, so nobody can send one.
    let send = serde_json::json!({ "transfer": { "recipient": owner.address(), "amount": "1" } });
    let msg = chain_client::Msg::execute(&deployed.contracts.coin, &send).unwrap();
    let error = owner.send(vec![msg]).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { .. }), "{error}");

    // Deployed again, it is found: with its file, and by the chain alone.
    let before = client.account(owner.address()).await.unwrap().sequence;
    let steps = Mutex::new(Vec::new());
    let tell = |step: &Step| steps.lock().unwrap().push(step.clone());
    let again = deploy(&client, &owner, &plan, tell).await.unwrap();
    assert_eq!(
        (&again, &*steps.lock().unwrap()),
        (&deployed, &vec![Step::There])
    );
    std::fs::remove_file(&plan.file).unwrap();
    let found = deploy(&client, &owner, &plan, |_| ()).await.unwrap();
    assert_eq!(found, deployed);
    let after = client.account(owner.address()).await.unwrap().sequence;
    assert_eq!(after, before, "something was sent twice");
}
