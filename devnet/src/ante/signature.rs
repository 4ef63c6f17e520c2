//! Signatures: what is signed, in both modes, and whether it was.

use cosmrs::Any;
use cosmrs::proto::cosmos::crypto::secp256k1::PubKey;
use cosmrs::proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmrs::proto::cosmos::tx::v1beta1::SignDoc;
use cosmrs::proto::traits::Message;
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};

use super::{amino, encoded, signer_account};
use crate::context::Context;
use crate::error::*;
use crate::tx::Tx;

const SECP256K1: &str = "/cosmos.crypto.secp256k1.PubKey";

/// A key for simulations of accounts that have none (`simSecp256k1Pubkey` in the SDK).
pub(super) fn simulated_key() -> Any {
    let key = [
        3, 90, 214, 129, 10, 71, 240, 115, 85, 63, 243, 13, 47, 204, 126, 13, 59, 28, 11, 116, 182,
        26, 26, 170, 37, 130, 52, 64, 55, 21, 30, 20, 58,
    ];
    let value = PubKey { key: key.to_vec() };
    Any {
        type_url: SECP256K1.to_owned(),
        value: value.encode_to_vec(),
    }
}

/// The 33 bytes of a secp256k1 key.
pub(crate) fn public_key(any: &Any) -> Outcome<Vec<u8>> {
    if any.type_url != SECP256K1 {
        let kind = &any.type_url;
        let text = format!("unrecognized public key type: {kind}; devnet knows secp256k1 alone");
        return Err(Failure::new(INVALID_PUB_KEY, text));
    }
    let key = PubKey::decode(any.value.as_slice());
    let key = key
        .map_err(|error| Failure::new(INVALID_PUB_KEY, error.to_string()))?
        .key;
    if key.len() != 33 {
        let text = format!("secp256k1 public keys have 33 bytes, not {}", key.len());
        return Err(Failure::new(INVALID_PUB_KEY, text));
    }
    Ok(key)
}

/// Checks that each signer has signed, with the right sequence.
pub(super) fn verify(
    ctx: &mut Context,
    tx: &Tx,
    signers: &[Vec<u8>],
    simulate: bool,
) -> Outcome<()> {
    let signatures = tx.signatures()?;
    let (expected, got) = (signers.len(), signatures.len());
    if expected != got || tx.raw.signatures.len() != expected {
        let text = format!("invalid number of signer;  expected: {expected}, got {got}");
        return Err(Failure::new(UNAUTHORIZED, text));
    }
    for ((info, mode, signature), signer) in signatures.into_iter().zip(signers) {
        let account = signer_account(ctx, signer)?;
        if simulate {
            check_sequence(account.sequence, info.sequence)?;
            continue;
        }
        let Some(any) = &account.pub_key else {
            return Err(Failure::new(
                INVALID_PUB_KEY,
                "pubkey on account is not set",
            ));
        };
        check_sequence(account.sequence, info.sequence)?;
        let (number, chain_id) = (account.account_number, ctx.block.chain_id.clone());
        let (bytes, amino) = match mode {
            SignMode::Direct => (direct(tx, &chain_id, number), false),
            SignMode::LegacyAminoJson => {
                let bytes = amino::sign_bytes(tx, &chain_id, number, account.sequence)?;
                (bytes, true)
            }
            mode => {
                let text = format!(
                    "devnet has not implemented sign mode {}",
                    mode.as_str_name()
                );
                return Err(Failure::new(NOT_SUPPORTED, text));
            }
        };
        if signed(&public_key(any)?, &bytes, signature) {
            continue;
        }
        let sequence = account.sequence;
        let text = if amino {
            format!(
                "signature verification failed; please verify account number ({number}), \
                 sequence ({sequence}) and chain-id ({chain_id})"
            )
        } else {
            format!(
                "signature verification failed; please verify account number ({number}) and \
                 chain-id ({chain_id}): (unable to verify single signer signature)"
            )
        };
        return Err(Failure::new(UNAUTHORIZED, text));
    }
    Ok(())
}

fn check_sequence(expected: u64, got: u64) -> Outcome<()> {
    if expected != got {
        let text = format!("account sequence mismatch, expected {expected}, got {got}");
        return Err(Failure::new(WRONG_SEQUENCE, text));
    }
    Ok(())
}

fn direct(tx: &Tx, chain_id: &str, account_number: u64) -> Vec<u8> {
    encoded(&SignDoc {
        body_bytes: tx.raw.body_bytes.clone(),
        auth_info_bytes: tx.raw.auth_info_bytes.clone(),
        chain_id: chain_id.to_owned(),
        account_number,
    })
}

fn signed(key: &[u8], bytes: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_sec1_bytes(key) else {
        return false;
    };
    let Ok(signature) = Signature::from_slice(signature) else {
        return false;
    };
    // The SDK refuses the second form of a signature, with the high S.
    signature.normalize_s().is_none() && key.verify(bytes, &signature).is_ok()
}
