//! The WGSL kernels: the second implementation of `exact-kernels` and of the
//! hashes in `compute-proofs`. One folder is one kernel: how it is launched, its
//! shader, its tests.
//!
//! Tensors lie in bands of whole rows, rows padded with zeros to 16 bytes
//! ([`crate::gpu`]); every kernel writes the padding of what it makes.

pub(crate) mod dots;
pub(crate) mod finish;
pub(crate) mod gemm;
pub(crate) mod gemv;
pub(crate) mod leaf;
pub(crate) mod node;
pub(crate) mod requantise;
pub(crate) mod seeded;
pub(crate) mod tile;
pub(crate) mod transpose;

use finish::FinishKind;

const BLAKE3: &str = include_str!("blake3.wgsl");
const EPILOGUE: &str = include_str!("epilogue.wgsl");

/// A shader with what is fixed when it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kernel {
    Gemm(gemm::Tile, FinishKind),
    Gemv(FinishKind),
    Requantise(FinishKind),
    Seeded,
    Transpose { bytes: u32 },
    Leaf,
    Tile,
    Node,
    Dots,
}

impl Kernel {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gemm(..) => "gemm",
            Self::Gemv(_) => "gemv",
            Self::Requantise(_) => "requantise",
            Self::Seeded => "seeded",
            Self::Transpose { .. } => "transpose",
            Self::Leaf => "leaf",
            Self::Tile => "tile",
            Self::Node => "node",
            Self::Dots => "dots",
        }
    }

    /// The whole WGSL text.
    pub(crate) fn source(self) -> String {
        match self {
            Self::Gemm(tile, finish) => gemm::source(tile, finish),
            Self::Gemv(finish) => with_epilogue(finish, include_str!("gemv/shader.wgsl")),
            Self::Requantise(finish) => {
                with_epilogue(finish, include_str!("requantise/shader.wgsl"))
            }
            Self::Seeded => with_blake3(include_str!("seeded/shader.wgsl")),
            Self::Transpose { bytes } => {
                let shader = include_str!("transpose/shader.wgsl");
                format!("const BYTES: u32 = {bytes}u;\n{shader}")
            }
            Self::Leaf => with_blake3(include_str!("leaf/shader.wgsl")),
            Self::Tile => with_blake3(include_str!("tile/shader.wgsl")),
            Self::Node => with_blake3(include_str!("node/shader.wgsl")),
            Self::Dots => dots::source(),
        }
    }
}

fn with_blake3(shader: &str) -> String {
    format!("{BLAKE3}\n{shader}")
}

fn with_epilogue(finish: FinishKind, shader: &str) -> String {
    format!("{}\n{EPILOGUE}\n{shader}", finish.constants())
}

/// 32 bytes as a shader takes them.
pub(crate) fn words(bytes: &[u8; 32]) -> [u32; 8] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}
