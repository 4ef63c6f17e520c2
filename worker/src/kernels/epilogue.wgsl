// What happens to sums before they are committed: exact_kernels' bias and
// requantise. EPILOGUE is 0 for nothing, 1 for a bias, 2 for bias and
// requantisation; it is set where this file is put together with a kernel.

struct Finish {
    p: u32,
    s: u32,
    low: i32,
    high: i32,
}

fn saturating_add(x: i32, y: i32) -> i32 {
    let sum = x + y;
    let wrapped = ((x ^ sum) & (y ^ sum)) < 0;
    return select(sum, select(2147483647, i32(-2147483648), x < 0), wrapped);
}

// (x >> n) + bit n-1 of x: the rounding shift without the sum that overflows.
fn rounding_shift(x: i32, n: u32) -> i32 {
    if n == 0u {
        return x;
    }
    return (x >> n) + ((x >> (n - 1u)) & 1);
}

// `channel` holds bias and multiplier.
fn finish(sum: i32, channel: vec4<i32>, by: Finish) -> i32 {
    if EPILOGUE == 0u {
        return sum;
    }
    let biased = saturating_add(sum, channel.x);
    if EPILOGUE == 1u {
        return biased;
    }
    let m = clamp(channel.y, 0, 16383);
    let narrowed = clamp(rounding_shift(biased, by.p), -131071, 131071);
    return clamp(rounding_shift(narrowed * m, by.s), by.low, by.high);
}

fn pack(x: vec4<i32>) -> u32 {
    let bytes = vec4<u32>(x) & vec4(255u);
    return bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | (bytes.w << 24u);
}
