use super::*;

#[test]
fn every_byte_has_its_entry() {
    let table: Vec<u8> = (0..=255u8)
        .map(|x| x.wrapping_mul(7).wrapping_add(3))
        .collect();
    let table = Table::new(&table).unwrap();
    let mut all: Vec<u8> = (0..=255).collect();
    table.run(&mut all);
    for (x, got) in (0..=255u8).zip(all) {
        let expected = i8::from_le_bytes([x.wrapping_mul(7).wrapping_add(3)]);
        assert_eq!(table.element(x), expected);
        assert_eq!(got, expected.to_le_bytes()[0]);
    }
}

#[test]
fn a_table_has_256_entries() {
    assert!(Table::new(&[0; 255]).is_err());
    assert!(Table::new(&[0; 257]).is_err());
}
