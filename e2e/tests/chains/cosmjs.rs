//! CosmJS sees of either chain what it saw of wasmd v0.70.3.

use e2e::{Chain, Kind, cosmjs};
use serde_json::Value;

use crate::people::{chain, skipped};

/// Gas, which need not be the same, nor is the same when a contract is built anew.
const GAS: [&str; 2] = ["/simulated/gas", "/vote/gas"];

#[tokio::test(flavor = "multi_thread")]
async fn cosmjs_sees_the_same_chain() {
    let Some(seen) = look(&chain().await).await else {
        return skipped("CosmJS needs node and npm, and they are not there");
    };
    same(seen.clone(), cosmjs::recorded().unwrap());
    if e2e::kind().unwrap() == Kind::Wasmd {
        // Both at once, with the same contracts: now gas counts too.
        let devnet = Chain::start(Kind::Devnet).await.unwrap();
        let devnet = look(&devnet).await.unwrap();
        for place in GAS {
            let gas = |seen: &Value| seen.pointer(place).unwrap().as_f64().unwrap();
            let (ours, theirs) = (gas(&devnet), gas(&seen));
            let off = (ours - theirs).abs() / theirs;
            assert!(
                off < 0.02,
                "{place}: {ours} gas on devnet, {theirs} on wasmd"
            );
        }
        same(devnet, seen);
    }
}

async fn look(chain: &Chain) -> Option<Value> {
    let seen = cosmjs::seen(chain.endpoints()).await;
    seen.unwrap_or_else(|error| panic!("{error}"))
}

fn same(mut seen: Value, mut expected: Value) {
    for place in GAS {
        for side in [&mut seen, &mut expected] {
            *side.pointer_mut(place).unwrap() = Value::Null;
        }
    }
    // One after the other: an error shows what differs and not all of both.
    for name in expected.as_object().unwrap().keys() {
        assert_eq!(seen[name], expected[name], "{name}");
    }
    assert_eq!(seen, expected);
}
