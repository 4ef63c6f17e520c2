//! `ballast worker devices`.

use std::{process::ExitCode, time::Duration};

use clap::Args;
use serde::Serialize;
use worker::{Class, Device, bench, devices};

use super::{device, rate};
use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Measure each device's rate too, on matrices of this many rows.
    #[arg(long, value_name = "N")]
    measure: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    device: Device,
    /// Why it must not serve; nothing if it may.
    refused: Option<String>,
    ops_per_second: Option<f64>,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    let rows: Vec<Row> = devices::list()
        .into_iter()
        .map(|device| row(device, arguments.measure))
        .collect();
    if !rows.iter().any(|row| row.device.class < Class::Cpu) {
        output.say("no GPU driver was found; the CPU works");
    }
    output.finish("worker devices", Ok(rows), |rows| {
        let rows: Vec<String> = rows.iter().map(text).collect();
        rows.join("\n")
    })
}

fn row(device: Device, measure: Option<u32>) -> Row {
    let choice = device::choice_of(&device);
    let tested = devices::open(&choice).and_then(|mut opened| match measure {
        Some(n) => {
            let measured = bench::matrix(&mut *opened.backend, n, Duration::from_secs(1))?;
            Ok(Some(measured.ops_per_second))
        }
        None => Ok(None),
    });
    let (refused, ops_per_second) = match tested {
        Ok(rate) => (None, rate),
        Err(error) => (Some(error.to_string()), None),
    };
    Row {
        device,
        refused,
        ops_per_second,
    }
}

fn text(row: &Row) -> String {
    let Device {
        id,
        name,
        driver,
        limits,
        features,
        ..
    } = &row.device;
    let memory = limits.memory.map_or_else(
        || "memory not told".to_owned(),
        |bytes| format!("{} MiB free", bytes >> 20),
    );
    let test = match &row.refused {
        None => "passes the self-test".to_owned(),
        Some(error) => format!("REFUSED: {error}"),
    };
    let measured = row.ops_per_second.map(rate);
    let measured = measured.map_or_else(String::new, |rate| format!(", {rate}"));
    let binding = limits.binding.map_or_else(String::new, |bytes| {
        format!(", buffers to {} MiB", bytes >> 20)
    });
    format!(
        "{id}: {name}\n  driver: {driver}\n  {memory}{binding}\n  {}\n  {test}{measured}",
        features.join(", ")
    )
}
