//! Why a transaction or query failed: codes, codespaces and texts as the SDK's and
//! wasmd's, since clients parse them.

use std::fmt;

use vm_std::SystemError;

use crate::gas::OutOfGas;

/// A registered error: codespace, code and text.
pub type Kind = (&'static str, u32, &'static str);

// cosmos-sdk, `types/errors/errors.go`.
pub(crate) const TX_DECODE: Kind = ("sdk", 2, "tx parse error");
pub(crate) const UNAUTHORIZED: Kind = ("sdk", 4, "unauthorized");
pub(crate) const INSUFFICIENT_FUNDS: Kind = ("sdk", 5, "insufficient funds");
pub(crate) const UNKNOWN_REQUEST: Kind = ("sdk", 6, "unknown request");
pub(crate) const INVALID_ADDRESS: Kind = ("sdk", 7, "invalid address");
pub(crate) const INVALID_PUB_KEY: Kind = ("sdk", 8, "invalid pubkey");
pub(crate) const UNKNOWN_ADDRESS: Kind = ("sdk", 9, "unknown address");
pub(crate) const INVALID_COINS: Kind = ("sdk", 10, "invalid coins");
pub(crate) const OUT_OF_GAS: Kind = ("sdk", 11, "out of gas");
pub(crate) const MEMO_TOO_LARGE: Kind = ("sdk", 12, "memo too large");
pub(crate) const INSUFFICIENT_FEE: Kind = ("sdk", 13, "insufficient fee");
pub(crate) const NO_SIGNATURES: Kind = ("sdk", 15, "no signatures supplied");
pub(crate) const INVALID_REQUEST: Kind = ("sdk", 18, "invalid request");
pub(crate) const TX_IN_MEMPOOL: Kind = ("sdk", 19, "tx already in mempool");
pub(crate) const MEMPOOL_FULL: Kind = ("sdk", 20, "mempool is full");
pub(crate) const TX_TOO_LARGE: Kind = ("sdk", 21, "tx too large");
pub(crate) const TX_TIMEOUT_HEIGHT: Kind = ("sdk", 30, "tx timeout height");
pub(crate) const WRONG_SEQUENCE: Kind = ("sdk", 32, "incorrect account sequence");
pub(crate) const NOT_SUPPORTED: Kind = ("sdk", 37, "feature not supported");
pub(crate) const INVALID_GAS_LIMIT: Kind = ("sdk", 41, "invalid gas limit");

// wasmd v0.70.3, `x/wasm/types/errors.go`.
pub(crate) const CREATE_FAILED: Kind = ("wasm", 2, "create wasm contract failed");
pub(crate) const ACCOUNT_EXISTS: Kind = ("wasm", 3, "contract account already exists");
pub(crate) const INSTANTIATE_FAILED: Kind = ("wasm", 4, "instantiate wasm contract failed");
pub(crate) const EXECUTE_FAILED: Kind = ("wasm", 5, "execute wasm contract failed");
pub(crate) const QUERY_FAILED: Kind = ("wasm", 9, "query wasm contract failed");
pub(crate) const MIGRATION_FAILED: Kind = ("wasm", 11, "migrate wasm contract failed");
pub(crate) const EMPTY: Kind = ("wasm", 12, "empty");
pub(crate) const LIMIT: Kind = ("wasm", 13, "exceeds limit");
pub(crate) const INVALID: Kind = ("wasm", 14, "invalid");
pub(crate) const DUPLICATE: Kind = ("wasm", 15, "duplicate");
pub(crate) const UNKNOWN_MSG: Kind = ("wasm", 20, "unknown message from the contract");
pub(crate) const INVALID_EVENT: Kind = ("wasm", 21, "invalid event");
pub(crate) const NO_SUCH_CONTRACT: Kind = ("wasm", 22, "no such contract");
pub(crate) const QUERY_DEPTH: Kind = ("wasm", 27, "max query stack size exceeded");
pub(crate) const NO_SUCH_CODE: Kind = ("wasm", 28, "no such code");
pub(crate) const VM_ERROR: Kind = ("wasm", 29, "wasmvm error");
pub(crate) const CALL_DEPTH: Kind = ("wasm", 30, "max call depth exceeded");

/// Why something failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Who registered the code.
    pub codespace: &'static str,
    /// Never 0.
    pub code: u32,
    /// For people and, alas, clients.
    pub text: String,
    /// The text may be shown to a contract: it is the same on every node.
    pub(crate) deterministic: bool,
    /// What a contract is told in its place.
    pub(crate) system: Option<SystemError>,
    /// Gas ran out under the transaction's own limit: nothing but the end of the
    /// transaction may catch it.
    pub(crate) gas: Option<OutOfGas>,
}

/// A result that fails as the chain does.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// `text: what the kind says`, or that alone.
    pub fn new(kind: Kind, text: impl AsRef<str>) -> Self {
        let (codespace, code, base) = kind;
        let text = match text.as_ref() {
            "" => base.to_owned(),
            text => format!("{text}: {base}"),
        };
        Self {
            codespace,
            code,
            text,
            deterministic: false,
            system: None,
            gas: None,
        }
    }

    /// With `text: ` before it.
    #[must_use]
    pub fn wrap(mut self, text: impl fmt::Display) -> Self {
        self.text = format!("{text}: {}", self.text);
        self.deterministic = false;
        self
    }

    pub(crate) fn deterministic(mut self) -> Self {
        self.deterministic = true;
        self
    }

    pub(crate) fn with_system(mut self, system: SystemError) -> Self {
        self.system = Some(system);
        self
    }

    /// What a contract is told whose message or query failed (`redactError` in wasmd,
    /// `x/wasm/keeper/msg_dispatcher.go`).
    pub(crate) fn redacted(&self) -> String {
        match &self.system {
            Some(SystemError::NoSuchContract { addr }) => format!("no such contract: {addr}"),
            Some(SystemError::NoSuchCode { code_id }) => format!("no such code: {code_id}"),
            _ if self.deterministic => self.text.clone(),
            _ => format!("codespace: {}, code: {}", self.codespace, self.code),
        }
    }
}

impl From<OutOfGas> for Failure {
    fn from(out: OutOfGas) -> Self {
        let mut failure = Self::new(OUT_OF_GAS, format!("out of gas in location: {}", out.0));
        failure.gas = Some(out);
        failure
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_built_as_the_sdk_builds_them() {
        let failure = Failure::new(EXECUTE_FAILED, "Insufficient funds").deterministic();
        assert_eq!(
            failure.text,
            "Insufficient funds: execute wasm contract failed"
        );
        assert_eq!(failure.redacted(), failure.text);
        let wrapped = failure.wrap("dispatch");
        assert_eq!(
            wrapped.text,
            "dispatch: Insufficient funds: execute wasm contract failed"
        );
        assert_eq!(wrapped.redacted(), "codespace: wasm, code: 5");
        assert_eq!(Failure::new(EMPTY, "").text, "empty");
    }

    #[test]
    fn system_errors_are_not_redacted() {
        let addr = "wasm1x".to_owned();
        let failure = Failure::new(NO_SUCH_CONTRACT, "address wasm1x")
            .with_system(SystemError::NoSuchContract { addr });
        assert_eq!(failure.redacted(), "no such contract: wasm1x");
    }
}
