#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| test_suite::fuzz::opening(bytes));
