//! `ballast worker bench`.

use std::{process::ExitCode, time::Duration};

use clap::Args;
use compute_proofs::census::Work;
use serde::Serialize;
use worker::{
    Device, WorkerError,
    bench::{self, Rate},
};

use super::{device, rate};
use crate::output::{Failure, Output};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Seconds for each measurement.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    seconds: u16,
    /// Rows of the census' matrices; production's are 4096, devnet's 256.
    #[arg(long, default_value_t = 4096, value_name = "N")]
    census: u32,
    /// Rows of the matrices of jobs; several can be given.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1024")]
    matrix: Vec<u32>,
    #[command(flatten)]
    device: device::DeviceArguments,
}

#[derive(Debug, Serialize)]
struct Measured {
    device: Device,
    rates: Vec<Rate>,
    /// Int8 operations a second that the device can do with its operands in registers.
    limit: Option<f64>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    output.finish("worker bench", measure(arguments, output), |measured| {
        let mut lines = vec![measured.device.to_string()];
        let share = |ops: f64| match measured.limit {
            Some(limit) if limit > 0.0 => {
                format!(", {:.0} % of the device's limit", 100.0 * ops / limit)
            }
            _ => String::new(),
        };
        lines.extend(measured.rates.iter().map(|at| {
            let Rate {
                what,
                count,
                seconds,
                ops_per_second,
            } = at;
            format!(
                "{what}: {}{} ({count} in {seconds:.2} s)",
                rate(*ops_per_second),
                share(*ops_per_second)
            )
        }));
        // No driver tells it, and a data sheet is not this device.
        lines.push(match measured.limit {
            Some(limit) => format!("limit, dot products in registers: {}", rate(limit)),
            None => "the device's limit: not known".to_owned(),
        });
        lines.join("\n")
    })
}

fn measure(arguments: &Arguments, output: &Output) -> Result<Measured, Failure> {
    let invalid = |source| WorkerError::Invalid {
        task: "census".to_owned(),
        source: Box::new(source),
    };
    let work = Work::new(arguments.census, 8.min(arguments.census)).map_err(invalid)?;
    let mut backend = arguments.device.open(output)?;
    let window = Duration::from_secs(u64::from(arguments.seconds));
    let start = std::time::Instant::now();
    let census = bench::census(&mut *backend, work, window, |units| {
        let done = start.elapsed().as_secs_f64() / window.as_secs_f64().max(f64::MIN_POSITIVE);
        output.progress(&format!("census: {units} units"), done);
    })?;
    output.end(&format!("census: {} units", census.count));
    let mut rates = vec![census];
    for n in &arguments.matrix {
        rates.push(bench::matrix(&mut *backend, *n, window)?);
    }
    let limit = backend.dot_limit()?;
    Ok(Measured {
        device: backend.device().clone(),
        rates,
        limit,
    })
}
