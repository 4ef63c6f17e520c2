//! Compiles schema/proto.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let root = "../../schema/proto";
    let files = ["ballast/worker/v1/worker.proto"];
    println!("cargo:rerun-if-changed={root}");
    let compiled = protox::compile(files, [root])?;
    tonic_build::configure().compile_fds(compiled)?;
    Ok(())
}
