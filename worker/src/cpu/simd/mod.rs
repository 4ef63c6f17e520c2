//! What needs instructions that not every CPU has: the inner loops of the
//! product and of BLAKE3. All `unsafe` of this crate is in this folder, for two
//! reasons only: calling a function whose instructions were found at run time,
//! and loading vectors from slices.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use std::fmt;

use super::lanes::BLOCK;

/// Lanes that the hash functions here take at once.
pub(crate) const LANES: usize = 16;

/// The instructions that the inner loops use. A value other than `Portable` is
/// proof that the CPU has them: only [`Isa::all`] makes one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Isa(Kind);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512-vnni",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
        })
    }
}

impl fmt::Debug for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Isa {
    /// Every way that this CPU can work, slowest first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut found = vec![Self(Kind::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                found.push(Self(Kind::Avx2));
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vnni")
            {
                found.push(Self(Kind::Avx512));
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            found.push(Self(Kind::Neon));
        }
        found
    }

    /// The fastest of them.
    #[must_use]
    pub fn best() -> Self {
        Self::all().last().copied().unwrap_or(Self(Kind::Portable))
    }

    /// Hashes [`LANES`] inputs of one length, 1 to 1 024 bytes, in the domain of
    /// `key`.
    pub(crate) fn hash(self, key: &[u8; 32], inputs: &[&[u8]; LANES], out: &mut [[u8; 32]; LANES]) {
        match self.0 {
            Kind::Portable => portable::hash(key, inputs, out),
            // SAFETY: a value of this kind exists only where `all` found AVX2.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2::hash(key, inputs, out) },
            // SAFETY: a value of this kind exists only where `all` found AVX-512.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512::hash(key, inputs, out) },
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => portable::hash(key, inputs, out),
        }
    }

    /// Blocks of seeded rows: [`super::lanes::seeded`].
    pub(crate) fn seeded(
        self,
        key: &[u8; 32],
        prefix: &[u8; 37],
        rows: &[u32; LANES],
        counters: &[u32; LANES],
        out: &mut [[u8; BLOCK]; LANES],
    ) {
        match self.0 {
            Kind::Portable => portable::seeded(key, prefix, rows, counters, out),
            // SAFETY: a value of this kind exists only where `all` found AVX2.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2::seeded(key, prefix, rows, counters, out) },
            // SAFETY: a value of this kind exists only where `all` found AVX-512.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512::seeded(key, prefix, rows, counters, out) },
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => portable::seeded(key, prefix, rows, counters, out),
        }
    }

    /// How the inner loop of the product wants its operands.
    pub(crate) fn layout(self) -> Layout {
        match self.0 {
            Kind::Portable => portable::LAYOUT,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2::LAYOUT,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => avx512::LAYOUT,
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => neon::LAYOUT,
        }
    }

    /// The dot products of `layout().rows` packed rows of A with
    /// `layout().cols` packed rows of B, each `stride` bytes, row-major into
    /// `out`.
    ///
    /// # Panics
    /// Unless the slices are exactly that long and `stride` a multiple of
    /// `layout().step`: the packing's own promise.
    pub(crate) fn dot(self, a: &[u8], b: &[u8], stride: usize, out: &mut [i32; MAX_TILE]) {
        let layout = self.layout();
        assert!(stride.is_multiple_of(layout.step));
        assert_eq!(a.len(), layout.rows * stride);
        assert_eq!(b.len(), layout.cols * stride);
        match self.0 {
            Kind::Portable => portable::dot(a, b, stride, out),
            // SAFETY: AVX2 is there (`all`); lengths were checked above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { avx2::dot(a, b, stride, out) },
            // SAFETY: AVX-512 VNNI is there (`all`); lengths were checked above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { avx512::dot(a, b, stride, out) },
            // SAFETY: NEON is there (`all`); lengths were checked above.
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => unsafe { neon::dot(a, b, stride, out) },
        }
    }
}

/// The most dot products that one call of an inner loop makes.
pub(crate) const MAX_TILE: usize = 24;

/// How an inner loop wants its operands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Rows of A at once.
    pub(crate) rows: usize,
    /// Rows of B transposed at once.
    pub(crate) cols: usize,
    /// Bytes that packed rows are padded to a multiple of.
    pub(crate) step: usize,
    /// How an element is packed.
    pub(crate) packing: Packing,
}

/// How elements are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// As they are.
    #[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
    Bytes,
    /// A with 128 added, as unsigned bytes, for instructions that multiply
    /// unsigned by signed; the sum is then 128 times the row of B too large.
    OffsetA,
    /// Widened to 16 bits.
    Words,
}

impl Packing {
    /// Bytes of a packed element.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Bytes | Self::OffsetA => 1,
            Self::Words => 2,
        }
    }
}
