//! Signed bytes of a transaction.

use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmrs::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmrs::proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw,
};
use prost::Message;
use sha2::{Digest, Sha256};

use crate::keys::Key;
use crate::{Account, Config, Error, Msg};

/// What a transaction is made of, besides its messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) account: Account,
    pub(super) gas: u64,
    /// The last height at which it is valid; 0 for no end.
    pub(super) valid_until: u64,
}

/// A transaction, with a signature (`SIGN_MODE_DIRECT`) or, for a simulation, an empty one.
pub(super) fn tx(
    config: &Config,
    key: &Key,
    msgs: &[Msg],
    terms: &Terms,
    signed: bool,
) -> Result<Vec<u8>, Error> {
    let body = TxBody {
        messages: msgs.iter().map(|msg| msg.to_any(key.address())).collect(),
        timeout_height: terms.valid_until,
        ..TxBody::default()
    };
    let mode = ModeInfo {
        sum: Some(Sum::Single(Single {
            mode: SignMode::Direct.into(),
        })),
    };
    let auth = AuthInfo {
        signer_infos: vec![SignerInfo {
            public_key: Some(key.public().into()),
            mode_info: Some(mode),
            sequence: terms.account.sequence,
        }],
        fee: Some(Fee {
            amount: fee(config, terms.gas),
            gas_limit: terms.gas,
            ..Fee::default()
        }),
        ..AuthInfo::default()
    };
    let doc = SignDoc {
        body_bytes: body.encode_to_vec(),
        auth_info_bytes: auth.encode_to_vec(),
        chain_id: config.chain_id.clone(),
        account_number: terms.account.number,
    };
    let signature = if signed {
        let signature = key.sign(&doc.encode_to_vec());
        signature.map_err(|error| Error::Invalid(error.to_string()))?
    } else {
        Vec::new()
    };
    let raw = TxRaw {
        body_bytes: doc.body_bytes,
        auth_info_bytes: doc.auth_info_bytes,
        signatures: vec![signature],
    };
    Ok(raw.encode_to_vec())
}

/// Gas times price, rounded up: what a node asks for at least.
pub(super) fn fee_amount(config: &Config, gas: u64) -> u128 {
    let micro = u128::from(gas) * u128::from(config.gas_price_micro);
    micro.div_ceil(1_000_000)
}

fn fee(config: &Config, gas: u64) -> Vec<Coin> {
    match fee_amount(config, gas) {
        0 => Vec::new(),
        amount => vec![Coin {
            denom: config.fee_denom.clone(),
            amount: amount.to_string(),
        }],
    }
}

/// The limit that is set, else simulated gas with the adjustment, rounded up.
pub(super) fn gas_limit(config: &Config, simulated: u64) -> u64 {
    if let Some(limit) = config.gas_limit {
        return limit;
    }
    let adjusted = u128::from(simulated) * u128::from(config.gas_adjustment_percent);
    u64::try_from(adjusted.div_ceil(100)).unwrap_or(u64::MAX)
}

/// The name of a transaction.
pub(super) fn hash(tx: &[u8]) -> String {
    hex::encode_upper(Sha256::digest(tx))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_and_gas_are_rounded_up() {
        let mut config = Config::new("c", "ustake");
        assert_eq!(fee(&config, 100_001), []);
        config.gas_price_micro = 25_000;
        assert_eq!(fee(&config, 100_001)[0].amount, "2501");
        config.gas_adjustment_percent = 130;
        assert_eq!(gas_limit(&config, 101), 132);
        config.gas_limit = Some(7);
        assert_eq!(gas_limit(&config, 101), 7);
    }
}
