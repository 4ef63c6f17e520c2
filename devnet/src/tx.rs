//! Transactions, decoded.

use cosmrs::proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmrs::proto::cosmos::tx::v1beta1::mode_info::Sum;
use cosmrs::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, SignerInfo, TxBody, TxRaw};
use cosmrs::proto::traits::Message;
use sha2::{Digest, Sha256};

use crate::address;
use crate::error::{Failure, INVALID_REQUEST, NO_SIGNATURES, Outcome, TX_DECODE};
use crate::router::Msg;

/// `max_tx_bytes` of CometBFT.
pub(crate) const MAX_TX_BYTES: usize = 1_048_576;

/// A transaction and the bytes that it came in.
pub(crate) struct Tx {
    pub(crate) bytes: Vec<u8>,
    pub(crate) raw: TxRaw,
    pub(crate) body: TxBody,
    pub(crate) auth: AuthInfo,
    pub(crate) fee: Fee,
    pub(crate) msgs: Vec<Msg>,
}

/// The hash that names a transaction.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Tx {
    pub(crate) fn decode(bytes: &[u8]) -> Outcome<Self> {
        let broken =
            |error: cosmrs::proto::prost::DecodeError| Failure::new(TX_DECODE, error.to_string());
        let raw = TxRaw::decode(bytes).map_err(broken)?;
        let body = TxBody::decode(raw.body_bytes.as_slice()).map_err(broken)?;
        let auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).map_err(broken)?;
        let fee = auth.fee.clone().unwrap_or_default();
        let msgs = body
            .messages
            .iter()
            .map(Msg::decode)
            .collect::<Outcome<Vec<_>>>()?;
        if msgs.is_empty() {
            return Err(Failure::new(
                INVALID_REQUEST,
                "must contain at least one message",
            ));
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            raw,
            body,
            auth,
            fee,
            msgs,
        })
    }

    /// Who has to sign: each message's signer once, and whoever else pays the fee.
    pub(crate) fn signers(&self) -> Outcome<Vec<Vec<u8>>> {
        let mut signers = Vec::new();
        let payer = Some(self.fee.payer.as_str()).filter(|payer| !payer.is_empty());
        for signer in self.msgs.iter().map(Msg::signer).chain(payer) {
            let signer = address::canonicalize(signer)?;
            if !signers.contains(&signer) {
                signers.push(signer);
            }
        }
        Ok(signers)
    }

    /// Who pays the fee.
    pub(crate) fn payer(&self) -> Outcome<Vec<u8>> {
        let payer = match self.fee.payer.as_str() {
            "" => self.msgs.first().map(Msg::signer).unwrap_or_default(),
            payer => payer,
        };
        address::canonicalize(payer)
    }

    /// Each signature with its mode and sequence.
    pub(crate) fn signatures(&self) -> Outcome<Vec<(&SignerInfo, SignMode, &[u8])>> {
        if self.raw.signatures.is_empty() {
            return Err(Failure::new(NO_SIGNATURES, ""));
        }
        let infos = self.auth.signer_infos.iter();
        let mode = |info: &SignerInfo| match info.mode_info.as_ref().and_then(|m| m.sum.as_ref()) {
            Some(Sum::Single(single)) => SignMode::try_from(single.mode).unwrap_or_default(),
            _ => SignMode::Unspecified,
        };
        let signatures = self.raw.signatures.iter().map(Vec::as_slice);
        Ok(infos
            .zip(signatures)
            .map(|(info, bytes)| (info, mode(info), bytes))
            .collect())
    }
}
