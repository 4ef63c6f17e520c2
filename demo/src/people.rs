//! Who takes part. All keys follow from devnet's fixed mnemonic: everybody knows them.

use std::path::{Path, PathBuf};

use chain_client::{
    Included, Msg,
    keys::{Backend, Key, Keystore, SigningKey},
    signer::Signer,
};
use deployment::Network;

use crate::DemoError;

pub use localnet::MNEMONIC;

/// How many workers there are.
pub const WORKERS: usize = 4;

/// Someone with an account.
#[derive(Clone)]
pub struct Person {
    /// What the demo calls it, and its key's name.
    pub name: &'static str,
    /// Its address.
    pub address: String,
    signer: Signer,
}

impl Person {
    fn new(network: &Network, name: &'static str, index: u32) -> Result<Self, DemoError> {
        let key = Key::from_mnemonic(MNEMONIC, index)?;
        Ok(Self {
            name,
            address: key.address().to_owned(),
            signer: Signer::start(network.client().clone(), key),
        })
    }

    /// Sends one transaction of these messages.
    ///
    /// # Errors
    /// [`DemoError::Step`], naming what was to be done.
    pub async fn send(&self, what: &str, msgs: Vec<Msg>) -> Result<Included, DemoError> {
        self.signer
            .send(msgs)
            .await
            .map_err(|source| DemoError::Step {
                what: format!("{}: {what}", self.name),
                source: Box::new(source),
            })
    }
}

/// An operator: its hot key, which its process holds too, and the key that it signs with.
pub struct Operator {
    /// Registers, and then leaves its account to its process.
    pub person: Person,
    /// Public key of what it signs leases or batches with.
    pub signing_key: [u8; 32],
}

/// Everybody.
pub struct People {
    /// Deploys, admits issuers, owns the coordinator.
    pub owner: Person,
    /// Commit capacity, own the workers, mint.
    pub issuers: [Person; 2],
    /// Serves apps.
    pub coordinator: Operator,
    /// Do the work. The first half are the first issuer's.
    pub workers: Vec<Operator>,
    /// Buys compute, votes, and checks what it gets.
    pub app: Person,
}

/// The relayer's key: its process alone uses it.
pub const RELAYER: (&str, u32) = ("relayer", 8);

/// The folder of a process's keys and data.
#[must_use]
pub fn home(work: &Path, name: &str) -> PathBuf {
    work.join(name)
}

/// Makes a process's home with the key at `index` in it.
///
/// # Errors
/// [`DemoError::Key`].
pub fn make_home(
    work: &Path,
    chain_id: &str,
    (name, index): (&str, u32),
) -> Result<PathBuf, DemoError> {
    let home = home(work, name);
    Keystore::new(&home, chain_id, Backend::Test)?.add(name, MNEMONIC, index)?;
    Ok(home)
}

impl People {
    /// Everybody, with a home for each operator's process.
    ///
    /// # Errors
    /// When a home cannot be made.
    pub fn new(network: &Network, work: &Path) -> Result<Self, DemoError> {
        let chain_id = &network.deployment().chain_id;
        let person = |name, index| Person::new(network, name, index);
        let operator = |name, index| -> Result<Operator, DemoError> {
            let home = make_home(work, chain_id, (name, index))?;
            let signing = SigningKey::load_or_generate(&home, chain_id, &Backend::Test)?;
            Ok(Operator {
                person: person(name, index)?,
                signing_key: signing.public(),
            })
        };
        let names = ["worker-1", "worker-2", "worker-3", "worker-4"];
        let workers = (4..).zip(names).map(|(index, name)| operator(name, index));
        Ok(Self {
            owner: person("owner", 0)?,
            issuers: [person("issuer-1", 1)?, person("issuer-2", 2)?],
            coordinator: operator("coordinator", 3)?,
            workers: workers.collect::<Result<_, _>>()?,
            app: person("app", 9)?,
        })
    }

    /// The issuer that worker number `at` belongs to.
    #[must_use]
    pub fn issuer_of(&self, at: usize) -> &Person {
        let [first, second] = &self.issuers;
        if at < WORKERS / 2 { first } else { second }
    }
}
