//! Epilogues as shaders take them.

use compute_proofs::program::Epilogue;

/// What is fixed when a shader is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FinishKind {
    /// 0 for nothing, 1 for a bias, 2 for bias and requantisation.
    epilogue: u32,
    /// Whether a channel is a row of the output, not a column.
    by_row: bool,
}

impl FinishKind {
    pub(super) fn constants(self) -> String {
        let Self { epilogue, by_row } = self;
        format!("const EPILOGUE: u32 = {epilogue}u;\nconst BY_ROW: bool = {by_row};")
    }
}

/// An epilogue with its shifts and range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finish {
    pub(crate) kind: FinishKind,
    /// `p`, `s`, the smallest and the largest value.
    pub(crate) params: [u32; 4],
}

impl Finish {
    pub(crate) fn new(epilogue: Epilogue, by_row: bool) -> Self {
        let (epilogue, params) = match epilogue {
            Epilogue::None => (0, [0; 4]),
            Epilogue::Bias => (1, [0; 4]),
            Epilogue::Requantise(requantise) => {
                let (low, high) = requantise.range().bounds();
                let bits = |x: i32| u32::from_le_bytes(x.to_le_bytes());
                let shifts = [requantise.p(), requantise.s()].map(u32::from);
                (2, [shifts[0], shifts[1], bits(low), bits(high)])
            }
        };
        Self {
            kind: FinishKind { epilogue, by_row },
            params,
        }
    }

    /// Whether a channel is a row of the output, not a column.
    pub(crate) fn by_row(&self) -> bool {
        self.kind.by_row
    }

    /// Elements of the output in a word.
    pub(crate) fn per_word(&self) -> u32 {
        match self.kind.epilogue {
            2 => 4,
            _ => 1,
        }
    }
}
