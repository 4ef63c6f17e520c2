//! What can go wrong, with the task, the device and the cure.

use compute_proofs::ProofError;

/// Why a worker could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The program, an input or a shape is not valid; no device would run it.
    #[error("task {task}: {source}")]
    Invalid {
        /// Which task.
        task: String,
        /// What is wrong with it.
        source: Box<ProofError>,
    },
    /// The task does not fit the device; nothing was allocated for it.
    #[error(
        "task {task} needs {needed} bytes and {device} has {available}: \
         split the task or choose a larger device"
    )]
    TooLarge {
        /// Which task.
        task: String,
        /// Which device.
        device: String,
        /// Bytes that it needs at once.
        needed: u64,
        /// Bytes that the device can give.
        available: u64,
    },
    /// The device failed while it ran the task.
    #[error("task {task}: {device} failed: {fault}")]
    Device {
        /// Which task.
        task: String,
        /// Which device.
        device: String,
        /// How.
        fault: DeviceFault,
    },
    /// A kernel gives other bits than its definition; the device must not serve.
    #[error(
        "{device} is refused: kernel {kernel} gives {actual} where {expected} is right \
         (element {element}); update its driver or leave it out with --device"
    )]
    WrongBits {
        /// Which device.
        device: String,
        /// Which kernel.
        kernel: &'static str,
        /// Which element, row-major, of the kernel's self-test.
        element: usize,
        /// What the definition gives.
        expected: String,
        /// What the device gave.
        actual: String,
    },
    /// There is no such device here.
    #[error("no device {asked}: this machine has {}", known.join(", "))]
    UnknownDevice {
        /// What was asked for.
        asked: String,
        /// The ids of all devices.
        known: Vec<String>,
    },
}

impl WorkerError {
    /// A stable name of what went wrong, for logs and JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "BL-WRK-001",
            Self::TooLarge { .. } => "BL-WRK-002",
            Self::Device { .. } => "BL-WRK-003",
            Self::WrongBits { .. } => "BL-WRK-004",
            Self::UnknownDevice { .. } => "BL-WRK-005",
        }
    }
}

/// How a device fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceFault {
    /// The driver has given it up.
    #[error("the driver lost the device ({0})")]
    Lost(String),
    /// Memory that its limits promise was not there.
    #[error("out of memory ({0}); close what else uses the device, or split the task")]
    OutOfMemory(String),
    /// It did not answer.
    #[error("no answer within {0} s; restart the driver if this repeats")]
    Silent(u64),
    /// The driver refused a command.
    #[error("the driver refused a command: {0}")]
    Refused(String),
}

impl WorkerError {
    /// `map_err` for what is wrong with a task itself.
    pub(crate) fn invalid(task: &str) -> impl Fn(ProofError) -> Self + '_ {
        move |source| Self::Invalid {
            task: task.to_owned(),
            source: Box::new(source),
        }
    }

    /// Whether the same task may succeed on a device that is set up anew.
    #[must_use]
    pub fn is_worth_a_retry(&self) -> bool {
        matches!(
            self,
            Self::Device {
                fault: DeviceFault::Lost(_) | DeviceFault::OutOfMemory(_) | DeviceFault::Silent(_),
                ..
            }
        )
    }
}
