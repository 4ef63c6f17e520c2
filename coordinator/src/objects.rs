//! Tensors by root: small ones in the database, others in files that are named by it.
//! Nothing is kept under a root that its bytes do not have.

use std::io;
use std::path::{Path, PathBuf};

use compute_proofs::frontier::Frontier;
use compute_proofs::hash::TENSOR_LEAF;
use compute_proofs::tensor::{LEAF_BYTES, TensorSpec};
use compute_proofs::{Hash, ProofError};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::id::{self, NoRandomness};

/// Tensors up to this many bytes lie in the database: they are committed together with
/// what needs them.
pub const INLINE_BYTES: u64 = 64 * 1024;

/// Why an object is not kept.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It is larger than what is taken.
    #[error("[BL-CRD-030] {bytes} bytes: at most {most} are taken for one object")]
    TooLarge {
        /// What it has.
        bytes: u64,
        /// What is taken.
        most: u64,
    },
    /// Bytes do not follow each other, or are more or fewer than promised.
    #[error("[BL-CRD-031] the object's bytes: {expected} expected, {actual} came")]
    Length {
        /// The offset or length that was due.
        expected: u64,
        /// What came.
        actual: u64,
    },
    /// Its bytes have another root.
    #[error("[BL-CRD-032] the bytes have root {actual}, not {expected}")]
    WrongRoot {
        /// What was promised.
        expected: Hash,
        /// What they have.
        actual: Hash,
    },
    /// The disk.
    #[error("[BL-CRD-033] the object cannot be written or read: {0}")]
    Disk(#[from] io::Error),
    /// No random name.
    #[error("{0}")]
    Random(#[from] NoRandomness),
    /// The tree of its leaves.
    #[error("[BL-CRD-034] {0}")]
    Proof(#[from] ProofError),
}

/// The root of a tensor whose bytes come bit by bit.
#[derive(Debug)]
pub struct RootHasher {
    spec: TensorSpec,
    frontier: Frontier<Hash>,
    leaf: Vec<u8>,
    /// Bytes that are left of the row.
    row_left: u64,
    taken: u64,
}

impl RootHasher {
    /// Of a tensor of this type and shape.
    #[must_use]
    pub fn new(spec: TensorSpec) -> Self {
        Self {
            row_left: spec.row_bytes(),
            spec,
            frontier: Frontier::default(),
            leaf: Vec::new(),
            taken: 0,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ObjectError::Length`] beyond the tensor's end.
    pub fn update(&mut self, mut bytes: &[u8]) -> Result<(), ObjectError> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let taken = self.taken.saturating_add(more);
        if taken > self.spec.bytes() {
            return Err(ObjectError::Length {
                expected: self.spec.bytes(),
                actual: taken,
            });
        }
        self.taken = taken;
        while !bytes.is_empty() {
            let whole = self.row_left.min(u64::from(LEAF_BYTES));
            let whole = usize::try_from(whole).unwrap_or(usize::MAX);
            let missing = whole.saturating_sub(self.leaf.len());
            let (now, rest) = bytes.split_at(missing.min(bytes.len()));
            self.leaf.extend_from_slice(now);
            bytes = rest;
            if self.leaf.len() == whole {
                self.frontier.push(TENSOR_LEAF.hash(&[&self.leaf]))?;
                self.leaf.clear();
                let done = u64::try_from(whole).unwrap_or(u64::MAX);
                self.row_left = self.row_left.saturating_sub(done);
                if self.row_left == 0 {
                    self.row_left = self.spec.row_bytes();
                }
            }
        }
        Ok(())
    }

    /// The root, when all bytes have come.
    ///
    /// # Errors
    /// [`ObjectError::Length`] if some have not.
    pub fn finish(self) -> Result<Hash, ObjectError> {
        if self.taken != self.spec.bytes() {
            return Err(ObjectError::Length {
                expected: self.spec.bytes(),
                actual: self.taken,
            });
        }
        let top = self.frontier.top()?.unwrap_or(Hash::ZERO);
        Ok(self.spec.seal(&top))
    }
}

/// The files.
#[derive(Clone, Debug)]
pub struct Objects {
    folder: PathBuf,
    most: u64,
}

enum Sink {
    Memory(Vec<u8>),
    File { file: File, path: PathBuf },
}

/// An object that is arriving.
pub struct Incoming {
    objects: Objects,
    hasher: RootHasher,
    sink: Sink,
    expected: Option<Hash>,
}

/// An object that has arrived. Small ones are not on disk yet.
#[derive(Debug)]
pub struct Arrived {
    /// Its root.
    pub root: Hash,
    /// Type and shape.
    pub spec: TensorSpec,
    /// Its bytes, if it is small.
    pub bytes: Option<Vec<u8>>,
}

impl Objects {
    /// Objects in `folder`, of at most `most` bytes.
    ///
    /// # Errors
    /// Of the disk.
    pub fn open(folder: &Path, most: u64) -> io::Result<Self> {
        let incoming = folder.join("incoming");
        // What had not arrived when the coordinator ended.
        match std::fs::remove_dir_all(&incoming) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::create_dir_all(&incoming)?;
        Ok(Self {
            folder: folder.to_owned(),
            most,
        })
    }

    fn path(&self, root: &Hash) -> PathBuf {
        let name = root.to_hex();
        let shelf = name.get(..2).unwrap_or("00").to_owned();
        self.folder.join(shelf).join(name)
    }

    /// Begins to take an object, of which `expected` is the root, if that is known.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`]; of the disk.
    pub async fn receive(
        &self,
        spec: TensorSpec,
        expected: Option<Hash>,
    ) -> Result<Incoming, ObjectError> {
        let bytes = spec.bytes();
        if bytes > self.most {
            return Err(ObjectError::TooLarge {
                bytes,
                most: self.most,
            });
        }
        let sink = if bytes <= INLINE_BYTES {
            Sink::Memory(Vec::new())
        } else {
            let name = hex::encode(id::random::<16>()?);
            let path = self.folder.join("incoming").join(name);
            let file = File::create(&path).await?;
            Sink::File { file, path }
        };
        Ok(Incoming {
            objects: self.clone(),
            hasher: RootHasher::new(spec),
            sink,
            expected,
        })
    }

    /// The file of an object that is not small.
    ///
    /// # Errors
    /// Of the disk.
    pub async fn read(&self, root: &Hash) -> io::Result<File> {
        File::open(self.path(root)).await
    }

    /// Deletes an object's file.
    pub async fn delete(&self, root: &Hash) {
        // One that is gone already is as good.
        let _ = fs::remove_file(self.path(root)).await;
    }
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ObjectError::Length`] beyond the end; of the disk.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ObjectError> {
        self.hasher.update(bytes)?;
        match &mut self.sink {
            Sink::Memory(memory) => memory.extend_from_slice(bytes),
            Sink::File { file, .. } => file.write_all(bytes).await?,
        }
        Ok(())
    }

    /// How many bytes have come.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.hasher.taken
    }

    /// Whether none have.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends it: checks the root, and puts the file where it belongs.
    ///
    /// # Errors
    /// [`ObjectError::Length`], [`ObjectError::WrongRoot`]; of the disk.
    pub async fn finish(self) -> Result<Arrived, ObjectError> {
        let spec = self.hasher.spec;
        let root = self.hasher.finish().and_then(|actual| match self.expected {
            Some(expected) if expected != actual => {
                Err(ObjectError::WrongRoot { expected, actual })
            }
            _ => Ok(actual),
        });
        let (root, bytes) = match (root, self.sink) {
            (Ok(root), Sink::Memory(memory)) => (root, Some(memory)),
            (Ok(root), Sink::File { file, path }) => {
                file.sync_all().await?;
                let to = self.objects.path(&root);
                if let Some(shelf) = to.parent() {
                    fs::create_dir_all(shelf).await?;
                    fs::rename(&path, &to).await?;
                    // The name, too, has to survive a power cut.
                    File::open(shelf).await?.sync_all().await?;
                }
                (root, None)
            }
            (Err(error), Sink::File { path, .. }) => {
                let _ = fs::remove_file(path).await;
                return Err(error);
            }
            (Err(error), Sink::Memory(_)) => return Err(error),
        };
        Ok(Arrived { root, spec, bytes })
    }
}

#[cfg(test)]
mod tests {
    use compute_proofs::tensor::Committed;
    use exact_kernels::DType;

    use super::*;

    #[test]
    fn the_root_is_the_tensors_however_its_bytes_come() {
        for (dtype, rows, cols) in [
            (DType::I8, 3, 5),
            (DType::I8, 2, 2_500),
            (DType::I32, 7, 300),
        ] {
            let spec = TensorSpec::new(dtype, rows, cols).unwrap();
            let len = usize::try_from(spec.bytes()).unwrap();
            let bytes: Vec<u8> = (0..=250).cycle().take(len).collect();
            let root = Committed::new(spec, bytes.clone()).unwrap().root();
            for piece in [1, 7, 1_024, len] {
                let mut hasher = RootHasher::new(spec);
                for piece in bytes.chunks(piece) {
                    hasher.update(piece).unwrap();
                }
                assert_eq!(hasher.finish().unwrap(), root, "{spec} by {piece}");
            }
        }
    }

    #[tokio::test]
    async fn only_the_promised_bytes_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path(), 1 << 20).unwrap();
        let spec = TensorSpec::new(DType::I8, 100, 1_000).unwrap();
        let bytes = vec![3; 100_000];
        let root = Committed::new(spec, bytes.clone()).unwrap().root();
        let mut right = objects.receive(spec, Some(root)).await.unwrap();
        right.write(&bytes).await.unwrap();
        let arrived = right.finish().await.unwrap();
        assert_eq!((arrived.root, arrived.bytes), (root, None));
        assert_eq!(
            objects
                .read(&root)
                .await
                .unwrap()
                .metadata()
                .await
                .unwrap()
                .len(),
            100_000
        );
        let mut wrong = objects.receive(spec, Some(root)).await.unwrap();
        wrong.write(&vec![4; 100_000]).await.unwrap();
        assert!(matches!(
            wrong.finish().await,
            Err(ObjectError::WrongRoot { .. })
        ));
        let mut short = objects.receive(spec, Some(root)).await.unwrap();
        short.write(&bytes[1..]).await.unwrap();
        assert!(matches!(
            short.finish().await,
            Err(ObjectError::Length { .. })
        ));
        let incoming = std::fs::read_dir(folder.path().join("incoming")).unwrap();
        assert_eq!(incoming.count(), 0, "nothing stays of what was refused");
        let large = TensorSpec::new(DType::I8, 2_000, 1_000).unwrap();
        let refused = objects.receive(large, None).await;
        assert!(matches!(refused, Err(ObjectError::TooLarge { .. })));
    }
}
