// Rows that follow from a seed (exact_kernels::seeded): each invocation makes
// one 64-byte block of a row's extendable output.

struct Params {
    key: array<vec4<u32>, 2>,
    seed: array<vec4<u32>, 2>,
    tag: u32,
    index: u32,        // of the stream
    row: u32,          // number of the first row
    rows: u32,
    cols: u32,
    stride: u32,       // words from one row to the next
    blocks: u32,       // of a row, padding included
    pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<u32>>;

// Keeps the first `left` bytes of a word.
fn keep(word: u32, left: i32) -> u32 {
    if left >= 4 {
        return word;
    }
    if left <= 0 {
        return 0u;
    }
    return word & ((1u << (8u * u32(left))) - 1u);
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + at;
    let line = index / params.blocks;
    let counter = index % params.blocks;
    if line >= params.rows {
        return;
    }
    let row = params.row + line;
    let block = Block(
        params.seed[0],
        params.seed[1],
        vec4(
            params.tag | (params.index << 8u),
            (params.index >> 24u) | (row << 8u),
            row >> 24u,
            0u,
        ),
        vec4(0u),
    );
    let flags = DERIVE_KEY_MATERIAL | CHUNK_START | CHUNK_END | ROOT;
    let v = compress(params.key[0], params.key[1], block, counter, 41u, flags);
    var bytes = array<vec4<u32>, 4>(v.a ^ v.c, v.b ^ v.d, v.c ^ params.key[0], v.d ^ params.key[1]);
    for (var quad = 0u; quad < 4u; quad++) {
        let word = counter * 16u + quad * 4u;
        if word < params.stride {
            let left = i32(params.cols) - i32(word * 4u);
            let words = bytes[quad];
            out[(line * params.stride + word) / 4u] = vec4(
                keep(words.x, left),
                keep(words.y, left - 4),
                keep(words.z, left - 8),
                keep(words.w, left - 12),
            );
        }
    }
}
