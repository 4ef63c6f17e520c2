//! Where the network is, and whose key signs.

use std::env;
use std::path::{Path, PathBuf};

use chain_client::keys::{Backend, DEVNET_PREFIX, Key, Keystore, Password};
use chain_client::transport::{Failover, Trust};
use chain_client::{Client, Config};
use deployment::{Deployment, Network};

use super::options::{ChainOptions, Keyring};
use super::{USAGE, named, usage};
use crate::output::{Failure, Output};

/// The chain where nothing says which.
pub(crate) const DEFAULT_CHAIN: &str = "ballast-devnet-1";
/// Its node.
const DEFAULT_NODE: &str = "http://127.0.0.1:9090";
/// What it takes fees in.
const DEFAULT_DENOM: &str = "ustake";
/// The variable that a password may be in.
const PASSWORD_VARIABLE: &str = "BALLAST_PASSWORD";

/// What a command knows of its surroundings. Nothing is read before it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(super) options: ChainOptions,
    pub(super) output: Output,
    home: PathBuf,
}

impl Context {
    /// From the options.
    ///
    /// # Errors
    /// When there is no home folder to be found.
    pub(crate) fn new(options: ChainOptions, output: Output) -> Result<Self, Failure> {
        let home = match options.home.clone() {
            Some(home) => home,
            None => env::home_dir()
                .filter(|home| !home.as_os_str().is_empty())
                .map(|home| home.join(".ballast"))
                .ok_or_else(|| usage("there is no home folder; name one with --home"))?,
        };
        Ok(Self {
            options,
            output,
            home,
        })
    }

    /// The same, of the chain `chain_id`, whatever a deployment file says.
    pub(crate) fn for_chain(&self, chain_id: &str) -> Self {
        let mut context = self.clone();
        context.options.chain_id = Some(chain_id.to_owned());
        context
    }

    /// The folder of keys and settings. It need not be there.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Where results go.
    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// The options as they were given.
    pub(crate) fn options(&self) -> &ChainOptions {
        &self.options
    }

    /// Where the deployment file is, or will be.
    pub(crate) fn deployment_path(&self) -> PathBuf {
        let named = self.options.deployment.clone();
        named.unwrap_or_else(|| self.home.join("deployment.json"))
    }

    /// The deployment, with the nodes that were named in place of its own.
    ///
    /// # Errors
    /// When there is none, or it is of another chain than was named.
    pub(crate) fn deployment(&self) -> Result<Deployment, Failure> {
        let path = self.deployment_path();
        let mut deployment = Deployment::load(&path)?;
        if let Some(named) = &self.options.chain_id
            && *named != deployment.chain_id
        {
            return Err(usage(format!(
                "{} is of the chain {}, not {named}; name another file with --deployment",
                path.display(),
                deployment.chain_id
            )));
        }
        if !self.options.nodes.is_empty() {
            deployment.endpoints.grpc.clone_from(&self.options.nodes);
        }
        Ok(deployment)
    }

    /// The deployment, where there is a file at all.
    ///
    /// # Errors
    /// When the file is there and cannot be used.
    pub(crate) fn deployment_if_any(&self) -> Result<Option<Deployment>, Failure> {
        if self.options.deployment.is_none() && !self.deployment_path().exists() {
            return Ok(None);
        }
        self.deployment().map(Some)
    }

    /// The chain: the one that was named, else the deployment's, else devnet.
    ///
    /// # Errors
    /// As [`Self::deployment_if_any`].
    pub(crate) fn chain_id(&self) -> Result<String, Failure> {
        if let Some(named) = &self.options.chain_id {
            return Ok(named.clone());
        }
        let found = self.deployment_if_any()?;
        Ok(found.map_or_else(|| DEFAULT_CHAIN.to_owned(), |found| found.chain_id))
    }

    /// The contracts, asked and told in their own messages. Nothing is asked yet.
    ///
    /// # Errors
    /// When there is no deployment, or an address is no URL.
    pub(crate) fn network(&self) -> Result<Network, Failure> {
        let deployment = self.deployment()?;
        let client = self.client_of(
            &deployment.chain_id,
            &deployment.endpoints.grpc,
            &deployment.fee_denom,
            deployment.gas_price_micro,
        )?;
        Ok(Network::new(client, deployment))
    }

    /// The chain, also where nothing is deployed.
    ///
    /// # Errors
    /// When the deployment file cannot be used, or an address is no URL.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        if let Some(found) = self.deployment_if_any()? {
            return self.client_of(
                &found.chain_id,
                &found.endpoints.grpc,
                &found.fee_denom,
                found.gas_price_micro,
            );
        }
        self.client_of(&self.chain_id()?, &self.nodes(), DEFAULT_DENOM, 0)
    }

    /// A client of another chain or with other fees than a deployment names.
    ///
    /// # Errors
    /// When an address is no URL.
    pub(crate) fn client_of(
        &self,
        chain_id: &str,
        nodes: &[String],
        fee_denom: &str,
        gas_price_micro: u64,
    ) -> Result<Client, Failure> {
        // Connections belong to a runtime, also those that nobody has used yet.
        let _within = super::runtime()?.enter();
        let trust = Trust::load(self.options.node_trust.as_deref())
            .map_err(|error| named(USAGE, &error))?;
        let node = Failover::grpc_trusting(chain_id, nodes, &trust)?;
        let mut config = Config::new(chain_id, fee_denom);
        config.gas_price_micro = gas_price_micro;
        config.gas_adjustment_percent = self.options.gas_adjustment;
        config.gas_limit = self.options.gas;
        if self.options.no_wait {
            config.inclusion_timeout = std::time::Duration::ZERO;
        }
        Ok(Client::new(config, node))
    }

    /// The nodes that were named, else devnet's.
    pub(crate) fn nodes(&self) -> Vec<String> {
        match self.options.nodes.as_slice() {
            [] => vec![DEFAULT_NODE.to_owned()],
            named => named.to_vec(),
        }
    }

    /// How keys are kept.
    ///
    /// # Errors
    /// As [`Self::chain_id`].
    pub(crate) fn backend(&self) -> Result<Backend, Failure> {
        let keyring = match self.options.keyring_backend {
            Some(named) => named,
            None if self.chain_id()?.starts_with(DEVNET_PREFIX) => Keyring::Test,
            None => Keyring::File,
        };
        Ok(match keyring {
            Keyring::Test => Backend::Test,
            Keyring::File => Backend::Encrypted(self.password()),
        })
    }

    /// Where passwords come from.
    pub(crate) fn password(&self) -> Password {
        match &self.options.password_file {
            Some(path) => Password::File(path.clone()),
            None if env::var_os(PASSWORD_VARIABLE).is_some() => {
                Password::Environment(PASSWORD_VARIABLE.to_owned())
            }
            None => Password::Prompt,
        }
    }

    /// The keys.
    ///
    /// # Errors
    /// When the backend is not for this chain.
    pub(crate) fn keystore(&self) -> Result<Keystore, Failure> {
        let keystore = Keystore::new(&self.home, &self.chain_id()?, self.backend()?)?;
        Ok(keystore)
    }

    /// The name that `--from` gives.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn from(&self) -> Result<&str, Failure> {
        let named = self.options.from.as_deref();
        named.ok_or_else(|| usage("say whose key signs with --from NAME (`ballast keys list`)"))
    }

    /// The key that signs.
    ///
    /// # Errors
    /// When none is named, or it cannot be opened.
    pub(crate) fn key(&self) -> Result<Key, Failure> {
        let name = self.from()?;
        let key = self.keystore()?.open(name)?;
        Ok(key)
    }

    /// The address of a key's name; an address is its own.
    ///
    /// # Errors
    /// When there is no such key.
    pub(crate) fn address(&self, name_or_address: &str) -> Result<String, Failure> {
        if name_or_address.starts_with("wasm1") {
            return Ok(name_or_address.to_owned());
        }
        let address = self.keystore()?.address(name_or_address)?;
        Ok(address)
    }
}
