//! `make schema`: writes the JSON schemas of every contract's messages anew.

use anyhow::Result;
use test_suite::{schema, workspace};

fn main() -> Result<()> {
    schema::write(workspace::root())
}
