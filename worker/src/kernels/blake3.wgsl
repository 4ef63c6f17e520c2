// One BLAKE3 compression (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2021). The
// four rows of the state are vectors, so a round is two mixings of four columns.

const CHUNK_START: u32 = 1u;
const CHUNK_END: u32 = 2u;
const ROOT: u32 = 8u;
const DERIVE_KEY_MATERIAL: u32 = 64u;

struct State { a: vec4<u32>, b: vec4<u32>, c: vec4<u32>, d: vec4<u32> }
struct Block { a: vec4<u32>, b: vec4<u32>, c: vec4<u32>, d: vec4<u32> }

fn rotate(x: vec4<u32>, right: u32) -> vec4<u32> {
    return (x >> vec4(right)) | (x << vec4(32u - right));
}

fn mix(v: State, x: vec4<u32>, y: vec4<u32>) -> State {
    let a = v.a + v.b + x;
    let d = rotate(v.d ^ a, 16u);
    let c = v.c + d;
    let b = rotate(v.b ^ c, 12u);
    let a2 = a + b + y;
    let d2 = rotate(d ^ a2, 8u);
    let c2 = c + d2;
    return State(a2, rotate(b ^ c2, 7u), c2, d2);
}

// The state after seven rounds, before it is folded.
fn compress(low: vec4<u32>, high: vec4<u32>, block: Block, counter: u32, len: u32, flags: u32) -> State {
    var v = State(
        low, high,
        vec4(0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au),
        vec4(counter, 0u, len, flags),
    );
    var m = block;
    for (var round = 0u; round < 7u; round++) {
        v = mix(v, vec4(m.a.xz, m.b.xz), vec4(m.a.yw, m.b.yw));
        v = State(v.a, v.b.yzwx, v.c.zwxy, v.d.wxyz);
        v = mix(v, vec4(m.c.xz, m.d.xz), vec4(m.c.yw, m.d.yw));
        v = State(v.a, v.b.wxyz, v.c.zwxy, v.d.yzwx);
        m = Block(
            vec4(m.a.z, m.b.z, m.a.w, m.c.z),
            vec4(m.b.w, m.a.x, m.b.x, m.d.y),
            vec4(m.a.y, m.c.w, m.d.x, m.b.y),
            vec4(m.c.y, m.d.z, m.d.w, m.c.x),
        );
    }
    return v;
}
