use exact_kernels::DType;
use proptest::prelude::*;

use super::*;

/// A file as NumPy 2.3 writes it: `numpy.save` of
/// `numpy.array([[1, -2, 3], [4, 5, -128]], dtype=numpy.int8)`.
fn saved_by_numpy() -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00v\x00".to_vec();
    let text = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }";
    bytes.extend(format!("{text:117}\n").bytes());
    bytes.extend([1, 0xfe, 3, 4, 5, 0x80]);
    bytes
}

fn parse(bytes: &[u8]) -> Result<Tensor, NpyError> {
    let total = u64::try_from(bytes.len()).unwrap();
    read_from(&mut &bytes[..], total)
}

fn with_header(text: &str, elements: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
    bytes.extend(text.bytes());
    bytes.extend(elements);
    bytes
}

#[test]
fn what_numpy_saves_is_read_and_written_the_same() {
    let bytes = saved_by_numpy();
    let tensor = parse(&bytes).unwrap();
    assert_eq!(tensor.spec(), TensorSpec::new(DType::I8, 2, 3).unwrap());
    assert_eq!(tensor.bytes(), [1, 0xfe, 3, 4, 5, 0x80]);
    let mut written = Vec::new();
    write(&mut written, &tensor).unwrap();
    assert_eq!(written, bytes);
}

proptest! {
    #[test]
    fn every_tensor_is_read_as_it_was_written(
        rows in 1u32..9, cols in 1u32..9, dtype in 0usize..3, fill in any::<u8>(),
    ) {
        let dtype = [DType::I8, DType::U8, DType::I32][dtype];
        let spec = TensorSpec::new(dtype, rows, cols).unwrap();
        let bytes = vec![fill; usize::try_from(spec.bytes()).unwrap()];
        let tensor = Tensor::new(spec, bytes).unwrap();
        let mut written = Vec::new();
        write(&mut written, &tensor).unwrap();
        prop_assert_eq!(parse(&written).unwrap(), tensor);
    }

    #[test]
    fn no_bytes_make_it_panic(flips in prop::collection::vec((0usize..134, any::<u8>()), 1..6)) {
        let mut bytes = saved_by_numpy();
        for (at, value) in flips {
            bytes[at] = value;
        }
        // Whatever it says, it says no more elements than there are.
        if let Ok(tensor) = parse(&bytes) {
            prop_assert_eq!(tensor.bytes().len(), 6);
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = saved_by_numpy();
    for len in 0..bytes.len() {
        assert!(parse(&bytes[..len]).is_err(), "{len}");
    }
    let mut longer = bytes;
    longer.push(0);
    let error = parse(&longer).unwrap_err();
    assert!(
        matches!(
            error,
            NpyError::Length {
                expected: 6,
                actual: 7
            }
        ),
        "{error}"
    );
}

#[test]
fn what_no_operation_takes_is_refused_by_name() {
    let header = |descr: &str, fortran: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n")
    };
    let refused = |text: &str| parse(&with_header(text, &[0; 6])).unwrap_err().to_string();
    for (text, named) in [
        (header("<f4", "False", "(2, 3)"), "\"<f4\""),
        (header(">i4", "False", "(2, 3)"), "\">i4\""),
        (header("|O", "False", "(2, 3)"), "\"|O\""),
        (header("|i1", "True", "(2, 3)"), "Fortran"),
        (header("|i1", "False", "(6,)"), "[6]"),
        (header("|i1", "False", "()"), "[]"),
        (header("|i1", "False", "(1, 2, 3)"), "[1, 2, 3]"),
        (header("|i1", "False", "(0, 6)"), "[0, 6]"),
        (header("|i1", "False", "(4294967296, 1)"), "[4294967296, 1]"),
        (
            header("|i1", "False", "(4294967295, 4294967295)"),
            "18446744065119617025",
        ),
        (header("<i4", "False", "(2, 3)"), "promises 24 bytes"),
        (header("|i1", "False", "(2, -3)"), "a dimension"),
        (
            header("|i1", "False", "(2, 99999999999999999999)"),
            "a dimension",
        ),
        (header("|i1", "0", "(2, 3)"), "True or False"),
        (
            "{'descr': '|i1'}".to_owned(),
            "'descr', 'fortran_order' and 'shape'",
        ),
        ("{'descr': '|i1', 'descr': '|i1', }".to_owned(), "once each"),
        ("{'x': 1, }".to_owned(), "\"x\""),
        ("[]".to_owned(), "a dictionary"),
        (
            header("|i1", "False", "(2, 3)") + "x",
            "the end of the header",
        ),
    ] {
        let error = refused(&text);
        assert!(error.contains(named), "{text}: {error}");
    }
}

#[test]
fn lies_about_lengths_are_refused_before_anything_is_allocated() {
    let text = "{'descr': '<i4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }";
    let error = parse(&with_header(text, &[0; 4])).unwrap_err();
    assert!(
        matches!(error, NpyError::Length { actual: 4, .. }),
        "{error}"
    );
    let mut long = b"\x93NUMPY\x02\x00".to_vec();
    long.extend(u32::MAX.to_le_bytes());
    let error = parse(&long).unwrap_err();
    assert!(
        matches!(error, NpyError::HeaderTooLong(4_294_967_295)),
        "{error}"
    );
    let error = parse(b"\x93NUMPY\x04\x00").unwrap_err();
    assert!(error.to_string().contains("version 4.0"), "{error}");
    let error = parse(b"PK\x03\x04 not this").unwrap_err();
    assert!(error.to_string().contains("50, 4b"), "{error}");
}
