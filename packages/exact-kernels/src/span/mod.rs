//! Spans: which rows of a packed tensor belong to one sentence.
//!
//! Sentences of any length are packed one behind the other into a tensor of a
//! fixed number of rows, so that one program serves all of them and no row is
//! padding. Every row carries `(first, len)` of its sentence. These numbers come
//! from the task, so every pair has a meaning: [`Span::around`] never leaves the
//! tensor, always holds its own row, and is at most `longest` rows long.

#[cfg(test)]
mod tests;

/// Adjacent rows, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The span that row `row` of `rows` attends to, from the `(first, len)` that
    /// it carries:
    /// - `start = clamp(first, max(0, row − longest + 1), row)`,
    /// - `end = clamp(first + len, row + 1, min(rows, start + longest))`.
    ///
    /// `row < rows` and `longest ≥ 1`; others give the empty span.
    #[must_use]
    pub fn around(rows: u32, longest: u32, row: u32, first: i32, len: i32) -> Self {
        if row >= rows || longest == 0 {
            return Self { start: 0, end: 0 };
        }
        let behind = row.saturating_add(1);
        let start = natural(first).clamp(behind.saturating_sub(longest), row);
        let last = rows.min(start.saturating_add(longest));
        let end = natural(first.saturating_add(len)).clamp(behind, last);
        Self { start, end }
    }

    /// The span that a list of sentences names: `(first, len)` cut to `rows` rows
    /// and to `longest`; it may be empty.
    #[must_use]
    pub fn named(rows: u32, longest: u32, first: i32, len: i32) -> Self {
        let start = natural(first).min(rows);
        let last = rows.min(start.saturating_add(longest));
        let end = natural(first.saturating_add(len)).clamp(start, last);
        Self { start, end }
    }

    /// The first row.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// The row behind the last.
    #[must_use]
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no row.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The span's part of a row of values, one value for each row of the tensor;
    /// empty if it reaches beyond them.
    #[must_use]
    pub fn of<T>(self, values: &[T]) -> &[T] {
        let (start, end) = (
            crate::shape::index(self.start),
            crate::shape::index(self.end),
        );
        values.get(start..end).unwrap_or(&[])
    }
}

/// Negative numbers count as 0.
fn natural(x: i32) -> u32 {
    u32::try_from(x).unwrap_or(0)
}
