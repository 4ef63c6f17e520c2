//! Secrets under a password: scrypt (RFC 7914) and XChaCha20-Poly1305.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use scrypt::{Params, scrypt};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Cost of a guess: 2^15 · 8 · 128 bytes of memory, 32 MiB.
const LOG_N: u8 = 15;
const R: u32 = 8;
const P: u32 = 1;

/// The most that a file may ask for: 1 GiB.
const MOST_LOG_N: u8 = 20;

/// A sealed secret, in hex.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    scrypt_log_n: u8,
    scrypt_r: u32,
    scrypt_p: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

fn derive(password: &str, salt: &[u8], params: &Params) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    scrypt(password.as_bytes(), salt, params, &mut key[..]).ok()?;
    Some(key)
}

/// Seals `secret`; `bound` can be read by all and is proven to belong to it.
pub(super) fn seal(secret: &[u8], password: &str, bound: &str) -> Option<Sealed> {
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    getrandom::fill(&mut salt).ok()?;
    getrandom::fill(&mut nonce).ok()?;
    let params = Params::new(LOG_N, R, P, 32).ok()?;
    let key = derive(password, &salt, &params)?;
    let payload = Payload {
        msg: secret,
        aad: bound.as_bytes(),
    };
    let cipher = XChaCha20Poly1305::new((&*key).into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
    Some(Sealed {
        scrypt_log_n: LOG_N,
        scrypt_r: R,
        scrypt_p: P,
        salt: hex::encode(salt),
        nonce: hex::encode(nonce),
        sealed: hex::encode(sealed),
    })
}

/// Opens it; nothing where the password or anything else is wrong.
pub(super) fn open(sealed: &Sealed, password: &str, bound: &str) -> Option<Zeroizing<Vec<u8>>> {
    if sealed.scrypt_log_n > MOST_LOG_N || sealed.scrypt_r > 32 || sealed.scrypt_p > 16 {
        return None;
    }
    let params = Params::new(sealed.scrypt_log_n, sealed.scrypt_r, sealed.scrypt_p, 32).ok()?;
    let salt = hex::decode(&sealed.salt).ok()?;
    let nonce: [u8; 24] = hex::decode(&sealed.nonce).ok()?.try_into().ok()?;
    let bytes = hex::decode(&sealed.sealed).ok()?;
    let key = derive(password, &salt, &params)?;
    let payload = Payload {
        msg: &bytes,
        aad: bound.as_bytes(),
    };
    let cipher = XChaCha20Poly1305::new((&*key).into());
    cipher
        .decrypt(&XNonce::from(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_opens_what_was_not_touched() {
        let sealed = seal(b"secret", "password", "wasm1x").unwrap();
        assert_eq!(**open(&sealed, "password", "wasm1x").unwrap(), *b"secret");
        assert!(open(&sealed, "Password", "wasm1x").is_none());
        assert!(open(&sealed, "password", "wasm1y").is_none());
        let greedy = Sealed {
            scrypt_log_n: 40,
            ..sealed.clone()
        };
        assert!(open(&greedy, "password", "wasm1x").is_none());
        assert_ne!(
            seal(b"secret", "password", "wasm1x").unwrap().sealed,
            sealed.sealed
        );
    }
}
