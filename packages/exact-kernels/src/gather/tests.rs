use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn equals_the_wide_definition(e in any::<i8>(), a in any::<i32>(), p in any::<i32>()) {
        let wide = i128::from(e) * i128::from(a).clamp(-65_535, 65_535)
            + i128::from(p).clamp(-8_388_607, 8_388_607);
        prop_assert_eq!(i128::from(element(e, a, p)), wide);
    }

    #[test]
    fn every_id_names_a_row(id in any::<i32>(), rows in 1u32..) {
        let row = row(id, rows);
        prop_assert!(row < rows);
        if let Ok(id) = u32::try_from(id) {
            prop_assert!(id >= rows || row == id);
        }
    }
}

#[test]
fn whole_tensor_is_its_elements() {
    let table: [i8; 6] = [1, -2, 3, -4, 127, -128];
    let (scales, positions) = ([10, -20], [100, 200, 300, 400]);
    let ids = [(2, 1), (0, 0), (-7, 9)];
    let mut out = [0; 6];
    run(
        Shape::new(3, 2).unwrap(),
        &ids,
        &table,
        &scales,
        &positions,
        &mut out,
    )
    .unwrap();
    assert_eq!(out, [1570, 2960, 110, 240, 310, 440]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let shape = Shape::new(1, 2).unwrap();
    let mut out = [0; 2];
    assert!(run(shape, &[], &[1i8; 2], &[1; 2], &[1; 2], &mut out).is_err());
    assert!(run(shape, &[(0, 0)], &[1i8; 1], &[1; 2], &[1; 2], &mut out).is_err());
    assert!(run(shape, &[(0, 0)], &[1i8; 2], &[1; 1], &[1; 2], &mut out).is_err());
    assert!(run(shape, &[(0, 0)], &[1i8; 2], &[1; 2], &[], &mut out).is_err());
}
