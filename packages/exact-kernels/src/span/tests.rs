use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn any_numbers_give_a_span_within_the_tensor(
        rows in 1u32..600,
        longest in 1u32..600,
        row in 0u32..600,
        first in any::<i32>(),
        len in any::<i32>(),
    ) {
        let row = row % rows;
        let span = Span::around(rows, longest, row, first, len);
        prop_assert!(span.start() <= row && row < span.end() && span.end() <= rows);
        prop_assert!(!span.is_empty() && span.len() <= longest);
        let named = Span::named(rows, longest, first, len);
        prop_assert!(named.start() <= named.end() && named.end() <= rows);
        prop_assert!(named.len() <= longest);
    }

    #[test]
    fn what_fits_is_taken_as_it_is(before in 0u32..50, len in 1u32..50, behind in 0u32..50) {
        let rows = before + len + behind;
        let [first, count] = [before, len].map(|x| i32::try_from(x).unwrap());
        let named = Span::named(rows, 50, first, count);
        prop_assert_eq!((named.start(), named.len()), (before, len));
        for row in before..before + len {
            prop_assert_eq!(Span::around(rows, 50, row, first, count), named);
        }
    }
}

#[test]
fn a_span_cuts_its_part() {
    let span = Span::named(4, 8, 1, 2);
    assert_eq!(span.of(&[10, 11, 12, 13]), &[11, 12]);
    assert_eq!(span.of(&[10, 11]), &[] as &[i32]);
    assert!(Span::named(4, 8, 9, 2).is_empty());
    assert!(Span::around(4, 8, 4, 0, 4).is_empty());
}
