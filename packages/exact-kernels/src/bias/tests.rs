use super::*;
use crate::gemm::MAX_K;

#[test]
fn adds_per_column() {
    let mut x = [1, 2, 3, 4, 5, 6];
    run(Shape::new(2, 3).unwrap(), &mut x, &[10, -20, 30]).unwrap();
    assert_eq!(x, [11, -18, 33, 14, -15, 36]);
}

#[test]
fn within_the_bound_no_sum_saturates() {
    for k in [1, 384, 65_535, MAX_K] {
        let bound = max_magnitude(k).unwrap();
        let extreme = i64::from(k) << 14;
        assert_eq!(extreme + i64::from(bound), i64::from(i32::MAX));
        let acc = i32::try_from(extreme).unwrap();
        assert_eq!(element(acc, bound), i32::MAX);
        assert_eq!(element(-acc, -bound), -i32::MAX);
    }
}

#[test]
fn beyond_it_saturates_and_bad_shapes_are_refused() {
    assert_eq!(element(i32::MAX, 1), i32::MAX);
    assert_eq!(element(i32::MIN, -1), i32::MIN);
    assert!(max_magnitude(MAX_K + 1).is_err());
    assert!(max_magnitude(0).is_err());
    let shape = Shape::new(2, 2).unwrap();
    assert!(run(shape, &mut [0; 3], &[0; 2]).is_err());
    assert!(run(shape, &mut [0; 4], &[0; 3]).is_err());
    assert_eq!(cost(shape, []), 4 + crate::cost::BASE);
}
