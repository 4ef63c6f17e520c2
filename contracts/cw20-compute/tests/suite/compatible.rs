//! The JSON of CW20 messages and queries is cw20's, to the byte.

use compute_api::coin::{ExecuteMsg, QueryMsg};
use cosmwasm_std::{Binary, Timestamp, from_json, to_json_string};
use cw20::{Cw20ExecuteMsg, Cw20QueryMsg, EmbeddedLogo, Expiration, Logo};
use cw20_base::msg::QueryMsg as BaseQueryMsg;
use serde::{Serialize, de::DeserializeOwned};

use crate::world::coins;

/// As theirs, as ours, as theirs again: the same text each time.
fn same<Theirs, Ours>(msg: &Theirs)
where
    Theirs: Serialize + DeserializeOwned + PartialEq + core::fmt::Debug,
    Ours: Serialize + DeserializeOwned,
{
    let text = to_json_string(msg).unwrap();
    let ours: Ours = from_json(&text).unwrap();
    let back = to_json_string(&ours).unwrap();
    assert_eq!(back, text);
    assert_eq!(&from_json::<Theirs>(&back).unwrap(), msg);
}

/// Every expiry that a message can carry.
fn expiries() -> [Option<Expiration>; 4] {
    [
        None,
        Some(Expiration::Never {}),
        Some(Expiration::AtHeight(u64::MAX)),
        Some(Expiration::AtTime(Timestamp::from_nanos(u64::MAX))),
    ]
}

fn messages() -> Vec<Cw20ExecuteMsg> {
    use Cw20ExecuteMsg as Msg;
    let name = || "somebody".to_owned();
    let amount = coins(u128::MAX);
    let hook = Binary::from(b"{\"any\":\"hook\"}");
    let mut all = vec![
        Msg::Transfer {
            recipient: name(),
            amount,
        },
        Msg::Burn { amount },
        Msg::Send {
            contract: name(),
            amount,
            msg: hook.clone(),
        },
        Msg::TransferFrom {
            owner: name(),
            recipient: name(),
            amount,
        },
        Msg::SendFrom {
            owner: name(),
            contract: name(),
            amount,
            msg: hook.clone(),
        },
        Msg::BurnFrom {
            owner: name(),
            amount,
        },
        Msg::Mint {
            recipient: name(),
            amount,
        },
        Msg::UploadLogo(Logo::Url(name())),
        Msg::UploadLogo(Logo::Embedded(EmbeddedLogo::Svg(hook.clone()))),
        Msg::UploadLogo(Logo::Embedded(EmbeddedLogo::Png(hook))),
    ];
    for expires in expiries() {
        all.push(Msg::IncreaseAllowance {
            spender: name(),
            amount,
            expires,
        });
        all.push(Msg::DecreaseAllowance {
            spender: name(),
            amount,
            expires,
        });
    }
    for given in [None, Some(String::new()), Some(name())] {
        all.push(Msg::UpdateMinter {
            new_minter: given.clone(),
        });
        all.push(Msg::UpdateMarketing {
            project: given.clone(),
            description: given.clone(),
            marketing: given,
        });
    }
    all
}

/// A number for each variant; one that cw20 adds does not compile until it is here.
fn number(msg: &Cw20ExecuteMsg) -> usize {
    use Cw20ExecuteMsg as Msg;
    match msg {
        Msg::Transfer { .. } => 0,
        Msg::Burn { .. } => 1,
        Msg::Send { .. } => 2,
        Msg::IncreaseAllowance { .. } => 3,
        Msg::DecreaseAllowance { .. } => 4,
        Msg::TransferFrom { .. } => 5,
        Msg::SendFrom { .. } => 6,
        Msg::BurnFrom { .. } => 7,
        Msg::Mint { .. } => 8,
        Msg::UpdateMinter { .. } => 9,
        Msg::UpdateMarketing { .. } => 10,
        Msg::UploadLogo(_) => 11,
    }
}

#[test]
fn every_message_is_the_same() {
    let mut seen = [false; 12];
    for msg in messages() {
        same::<Cw20ExecuteMsg, ExecuteMsg>(&msg);
        seen[number(&msg)] = true;
    }
    assert_eq!(seen, [true; 12]);
}

/// And what is not CW20's is not taken for it.
#[test]
fn what_is_ours_alone_is_no_cw20_message() {
    for text in [
        r#"{"retire":{"amount":"1"}}"#,
        r#"{"update_ownership":"accept_ownership"}"#,
    ] {
        from_json::<ExecuteMsg>(text).unwrap();
        from_json::<Cw20ExecuteMsg>(text).unwrap_err();
    }
    // As cw20 has it, what is not known is passed over.
    let memo = r#"{"transfer":{"recipient":"somebody","amount":"1","memo":"x"}}"#;
    from_json::<ExecuteMsg>(memo).unwrap();
    from_json::<Cw20ExecuteMsg>(memo).unwrap();
    for text in [
        r#"{"transfer":{"recipient":"somebody","amount":1}}"#,
        r#"{"transfer":{"recipient":"somebody","amount":"-1"}}"#,
        r#"{"approve":{"spender":"somebody","amount":"1"}}"#,
    ] {
        from_json::<ExecuteMsg>(text).unwrap_err();
        from_json::<Cw20ExecuteMsg>(text).unwrap_err();
    }
}

fn queries() -> Vec<BaseQueryMsg> {
    use BaseQueryMsg as Msg;
    let name = || "somebody".to_owned();
    let mut all = vec![
        Msg::Balance { address: name() },
        Msg::TokenInfo {},
        Msg::Minter {},
        Msg::Allowance {
            owner: name(),
            spender: name(),
        },
        Msg::MarketingInfo {},
        Msg::DownloadLogo {},
    ];
    for (start_after, limit) in [(None, None), (Some(name()), Some(u32::MAX))] {
        all.push(Msg::AllAllowances {
            owner: name(),
            start_after: start_after.clone(),
            limit,
        });
        all.push(Msg::AllSpenderAllowances {
            spender: name(),
            start_after: start_after.clone(),
            limit,
        });
        all.push(Msg::AllAccounts { start_after, limit });
    }
    all
}

fn query_number(msg: &BaseQueryMsg) -> usize {
    use BaseQueryMsg as Msg;
    match msg {
        Msg::Balance { .. } => 0,
        Msg::TokenInfo {} => 1,
        Msg::Minter {} => 2,
        Msg::Allowance { .. } => 3,
        Msg::AllAllowances { .. } => 4,
        Msg::AllSpenderAllowances { .. } => 5,
        Msg::AllAccounts { .. } => 6,
        Msg::MarketingInfo {} => 7,
        Msg::DownloadLogo {} => 8,
    }
}

#[test]
fn every_query_is_the_same() {
    let mut seen = [false; 9];
    for msg in queries() {
        same::<BaseQueryMsg, QueryMsg>(&msg);
        // The client's own type has all but one of them.
        let text = to_json_string(&msg).unwrap();
        if !matches!(msg, BaseQueryMsg::AllSpenderAllowances { .. }) {
            same::<Cw20QueryMsg, QueryMsg>(&from_json(&text).unwrap());
        }
        seen[query_number(&msg)] = true;
    }
    assert_eq!(seen, [true; 9]);
}
