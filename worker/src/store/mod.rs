//! What openings need, on disk, by content, for as long as they can be asked
//! for.
//!
//! ```text
//! tensors/ROOT      a tensor: its spec as compute-proofs encodes it, its bytes
//! tasks/ID.json     a task, by its program, input and trace
//! ```
//! A file's name is what commits to its content, so equal tensors are kept once,
//! a crash leaves nothing half-written under a name, and what is read is
//! checked.

mod record;

#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, Encode},
    program::{Program, Run, TaskInput},
    task::input_root,
    tensor::{Committed, TensorSpec},
};

use self::record::{Record, Slot};
use crate::{
    cpu,
    task::{Outcome, Rooted, SlotInput, Task, Tensor},
};

/// Bytes of an encoded spec: type, rows, columns.
const SPEC_BYTES: usize = 9;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what its name says.
    #[error("{} is damaged ({reason}): delete it, the task cannot be opened", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing is kept under that id.
    #[error("task {0} is not kept; its window may be over")]
    Unknown(TaskId),
}

/// What names a finished task: its trace alone would not, as other inputs can
/// lead to the same outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskId {
    /// The program's hash.
    pub program: Hash,
    /// The root of the input.
    pub input: Hash,
    /// The root of the trace.
    pub trace: Hash,
}

impl TaskId {
    /// The id of a finished task.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            program: outcome.header.hash(),
            input: outcome.input_root(),
            trace: outcome.trace.root(),
        }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.program, self.input, self.trace)
    }
}

/// A task that was kept, ready to be opened.
#[derive(Debug)]
pub struct Kept {
    /// What was run.
    pub program: Program,
    /// On what.
    pub inputs: Vec<TaskInput>,
    /// With which weights.
    pub weights: Vec<Committed>,
    /// What came of it.
    pub run: Run,
}

/// What pruning removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Tasks whose time was over.
    pub tasks: u64,
    /// Tensors that no other task needs.
    pub tensors: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The store under one folder. One process uses it at a time.
#[derive(Clone, Debug)]
pub struct Store {
    tensors: PathBuf,
    tasks: PathBuf,
}

impl Store {
    /// The store in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let store = Self {
            tensors: dir.join("tensors"),
            tasks: dir.join("tasks"),
        };
        for dir in [&store.tensors, &store.tasks] {
            fs::create_dir_all(dir).map_err(io_error(dir))?;
        }
        Ok(store)
    }

    /// Keeps a finished task until `until`, in seconds since 1970, or longer if
    /// it was asked for longer before.
    ///
    /// # Errors
    /// [`StoreError::Io`]; the task is then not kept.
    pub fn keep(&self, task: &Task<'_>, outcome: &Outcome, until: u64) -> Result<(), StoreError> {
        let mut inputs = Vec::new();
        for (input, root) in task.inputs.iter().zip(&outcome.slots) {
            inputs.push(match input {
                SlotInput::Tensor(tensor) => {
                    self.put(*root, tensor)?;
                    Slot::Tensor(root.to_hex())
                }
                SlotInput::Seed(seed) => Slot::Seed(hex::encode(seed)),
            });
        }
        for weights in task.weights {
            self.put(weights.root, &weights.tensor)?;
        }
        for Rooted { tensor, root } in outcome.outputs.iter().flatten() {
            self.put(*root, tensor)?;
        }
        let outputs = outcome.outputs.iter();
        let outputs = outputs.map(|outputs| outputs.iter().map(|output| output.root.to_hex()));
        let path = self.record_path(TaskId::of(outcome));
        let record = Record {
            name: task.name.to_owned(),
            kept_until: match read_record(&path)? {
                Some(record) => record.kept_until.max(until),
                None => until,
            },
            program: hex::encode(task.program.to_bytes()),
            inputs,
            weights: task.weights.iter().map(|at| at.root.to_hex()).collect(),
            outputs: outputs.map(Iterator::collect).collect(),
        };
        // The record comes last: what it names is there.
        let text = record.to_json().map_err(damaged(&path))?;
        write(&path, &[text.as_bytes()])
    }

    /// Loads a task to open it. Everything is checked against its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load(&self, id: TaskId) -> Result<Kept, StoreError> {
        let path = self.record_path(id);
        let record = read_record(&path)?.ok_or(StoreError::Unknown(id))?;
        let program = record.program().map_err(damaged(&path))?;
        let committed = |root: &String| {
            let root = record::root(root).map_err(damaged(&path))?;
            let tensor = self.get(root)?;
            let spec = tensor.spec();
            Committed::new(spec, tensor.into_bytes()).map_err(proof_damaged(&path))
        };
        let mut inputs = Vec::new();
        for input in &record.inputs {
            inputs.push(match input {
                Slot::Tensor(root) => TaskInput::Tensor(committed(root)?),
                Slot::Seed(seed) => TaskInput::Seed(record::root(seed).map_err(damaged(&path))?.0),
            });
        }
        let weights = record.weights.iter().map(committed);
        let weights = weights.collect::<Result<Vec<_>, _>>()?;
        let outputs = record.outputs.iter();
        let outputs = outputs.map(|roots| roots.iter().map(committed).collect());
        let outputs = outputs.collect::<Result<Vec<Vec<_>>, _>>()?;
        let header = program.header().map_err(proof_damaged(&path))?;
        let run = Run::new(header, outputs).map_err(proof_damaged(&path))?;
        let slots: Vec<Hash> = inputs.iter().map(TaskInput::root).collect();
        let actual = TaskId {
            program: header.hash(),
            input: input_root(&slots),
            trace: run.trace.root(),
        };
        if actual != id {
            return Err(damaged(&path)(format!("it is of task {actual}")));
        }
        Ok(Kept {
            program,
            inputs,
            weights,
            run,
        })
    }

    /// Keeps a task that is kept until `until` at least.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] if it is not kept; [`StoreError::Io`].
    pub fn extend(&self, id: TaskId, until: u64) -> Result<(), StoreError> {
        let path = self.record_path(id);
        let mut record = read_record(&path)?.ok_or(StoreError::Unknown(id))?;
        if record.kept_until >= until {
            return Ok(());
        }
        record.kept_until = until;
        let text = record.to_json().map_err(damaged(&path))?;
        write(&path, &[text.as_bytes()])
    }

    /// Removes tasks whose time is over at `now`, and the tensors that only they
    /// needed.
    ///
    /// # Errors
    /// [`StoreError`]; what was removed by then stays removed.
    pub fn prune(&self, now: u64) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        let mut needed = HashSet::new();
        for path in files(&self.tasks)? {
            let Some(record) = read_record(&path)? else {
                continue;
            };
            if record.kept_until < now {
                fs::remove_file(&path).map_err(io_error(&path))?;
                pruned.tasks += 1;
            } else {
                needed.extend(record.roots().cloned());
            }
        }
        for path in files(&self.tensors)? {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| needed.contains(name)) {
                continue;
            }
            let bytes = fs::metadata(&path).map_err(io_error(&path))?.len();
            fs::remove_file(&path).map_err(io_error(&path))?;
            pruned.tensors += 1;
            pruned.bytes += bytes;
        }
        Ok(pruned)
    }

    fn record_path(&self, id: TaskId) -> PathBuf {
        self.tasks.join(format!("{id}.json"))
    }

    fn put(&self, root: Hash, tensor: &Tensor) -> Result<(), StoreError> {
        let path = self.tensors.join(root.to_hex());
        if path.exists() {
            return Ok(());
        }
        write(&path, &[&tensor.spec().to_bytes(), tensor.bytes()])
    }

    fn get(&self, root: Hash) -> Result<Tensor, StoreError> {
        let path = self.tensors.join(root.to_hex());
        let mut bytes = fs::read(&path).map_err(io_error(&path))?;
        let spec = bytes.get(..SPEC_BYTES).unwrap_or(&bytes);
        let spec = TensorSpec::from_bytes(spec);
        let spec = spec.map_err(|error| damaged(&path)(error.to_string()))?;
        bytes.drain(..SPEC_BYTES);
        let tensor = Tensor::new(spec, bytes).map_err(proof_damaged(&path))?;
        match cpu::root(&tensor) {
            actual if actual == root => Ok(tensor),
            actual => Err(damaged(&path)(format!("its root is {actual}"))),
        }
    }
}

fn read_record(path: &Path) -> Result<Option<Record>, StoreError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path)(error)),
        Ok(text) => Record::from_json(&text).map(Some).map_err(damaged(path)),
    }
}

/// Files of a folder, without what a crash left unfinished, which is removed.
fn files(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(io_error(dir))? {
        let path = entry.map_err(io_error(dir))?.path();
        if path.extension().is_some_and(|extension| extension == "new") {
            fs::remove_file(&path).map_err(io_error(&path))?;
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Writes a file so that it is whole under its name or not there.
fn write(path: &Path, parts: &[&[u8]]) -> Result<(), StoreError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let written = File::create(&unfinished).and_then(|mut file| {
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()
    });
    written.map_err(io_error(&unfinished))?;
    fs::rename(&unfinished, path).map_err(io_error(path))
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io {
        path: path.to_owned(),
        source,
    }
}

fn damaged(path: &Path) -> impl Fn(String) -> StoreError + '_ {
    move |reason| StoreError::Damaged {
        path: path.to_owned(),
        reason,
    }
}

fn proof_damaged(path: &Path) -> impl Fn(ProofError) -> StoreError + '_ {
    move |error| damaged(path)(error.to_string())
}
