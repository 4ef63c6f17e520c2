use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn split_and_join_follow_their_maps(rows in 1u32..9, heads in 1u32..5, depth in 1u32..7) {
        let heads = Heads::new(Shape::new(rows, heads * depth).unwrap(), heads).unwrap();
        let (joined, split) = (heads.joined(), heads.split_shape());
        let values: Vec<u32> = (0..).take(index(joined.rows() * joined.cols())).collect();
        let mut cut = vec![0; values.len()];
        heads.split(&values, &mut cut).unwrap();
        for row in 0..split.rows() {
            for col in 0..split.cols() {
                let (r, c) = heads.in_joined(row, col);
                prop_assert_eq!(heads.in_split(r, c), (row, col));
                let from = values[index(r * joined.cols() + c)];
                prop_assert_eq!(cut[index(row * split.cols() + col)], from);
            }
        }
        let mut back = vec![0; values.len()];
        heads.join(&cut, &mut back).unwrap();
        prop_assert_eq!(back, values);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let shape = Shape::new(2, 6).unwrap();
    assert!(Heads::new(shape, 0).is_err());
    assert!(Heads::new(shape, 4).is_err());
    assert!(Heads::new(shape, 7).is_err());
    assert!(Heads::new(Shape::new(1 << 31, 2).unwrap(), 2).is_err());
    let heads = Heads::new(shape, 3).unwrap();
    assert!(heads.split(&[0; 12], &mut [0; 11]).is_err());
    assert!(heads.join(&[0; 11], &mut [0; 12]).is_err());
}
