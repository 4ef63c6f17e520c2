//! Names of element types on the wire: in `TensorRef` and in coordinators' JSON.

use exact_kernels::DType;

/// The name of an element type.
#[must_use]
pub const fn name(dtype: DType) -> &'static str {
    match dtype {
        DType::I8 => "i8",
        DType::U8 => "u8",
        DType::I32 => "i32",
    }
}

/// The element type of this name; none if it is no name.
#[must_use]
pub fn parse(name: &str) -> Option<DType> {
    match name {
        "i8" => Some(DType::I8),
        "u8" => Some(DType::U8),
        "i32" => Some(DType::I32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_the_name_that_it_is_read_by() {
        for dtype in [DType::I8, DType::U8, DType::I32] {
            assert_eq!(parse(name(dtype)), Some(dtype));
        }
        assert_eq!(parse("int8"), None);
    }
}
