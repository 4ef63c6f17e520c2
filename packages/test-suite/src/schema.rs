//! The JSON schemas of every contract's messages, as files under `schema/`.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use compute_api::{coin, market, oracle, votes};
use cosmwasm_schema::generate_api;

/// The schema of a contract whose messages are in a module of `compute-api`; its
/// version is the workspace's.
macro_rules! schema {
    ($name:literal, $messages:ident) => {
        (
            $name,
            generate_api! {
                name: $name,
                instantiate: $messages::InstantiateMsg,
                execute: $messages::ExecuteMsg,
                query: $messages::QueryMsg,
                migrate: $messages::MigrateMsg,
            },
        )
    };
}

/// The schemas by contract, as text that ends with a line break.
///
/// # Errors
/// Where a schema cannot be written as JSON.
pub fn all() -> Result<BTreeMap<&'static str, String>> {
    let apis = [
        schema!("compute-market", market),
        schema!("cw20-compute", coin),
        schema!("reserve-oracle", oracle),
        schema!("staking-votes", votes),
    ];
    let texts = apis.into_iter().map(|(name, api)| {
        let text = api.render().to_string();
        let text = text.with_context(|| format!("the schema of {name}"))?;
        Ok((name, text + "\n"))
    });
    texts.collect()
}

/// The file of one contract's schema.
pub fn file_name(contract: &str) -> String {
    format!("schema/{contract}.json")
}

/// Writes every schema.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(root: &Path) -> Result<()> {
    fs::create_dir_all(root.join("schema"))?;
    for (contract, text) in all()? {
        let path = root.join(file_name(contract));
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
