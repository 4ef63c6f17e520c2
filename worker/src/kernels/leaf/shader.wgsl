// Leaves of a tensor: at most 1 024 bytes of one row, one BLAKE3 chunk each.

struct Params {
    key: array<vec4<u32>, 2>,
    leaves: u32,      // of this launch
    per_row: u32,
    first: u32,       // number of the first leaf within the band of rows
    stride: u32,      // words from one row to the next
    row_bytes: u32,
    out_first: u32,   // index of the first hash
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<u32>>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + at;
    if index >= params.leaves {
        return;
    }
    let leaf = params.first + index;
    let within = leaf % params.per_row;
    let len = min(1024u, params.row_bytes - within * 1024u);
    let row = (leaf / params.per_row) * (params.stride / 4u);
    let first = row + within * 64u;
    let end = row + params.stride / 4u;
    let blocks = (len + 63u) / 64u;
    var low = params.key[0];
    var high = params.key[1];
    for (var at = 0u; at < blocks; at++) {
        // What lies beyond the row's padding counts as zeros.
        var block: array<vec4<u32>, 4>;
        for (var quad = 0u; quad < 4u; quad++) {
            let quad_at = first + at * 4u + quad;
            block[quad] = vec4(0u);
            if quad_at < end {
                block[quad] = x[quad_at];
            }
        }
        var flags = DERIVE_KEY_MATERIAL;
        if at == 0u {
            flags |= CHUNK_START;
        }
        if at + 1u == blocks {
            flags |= CHUNK_END | ROOT;
        }
        let m = Block(block[0], block[1], block[2], block[3]);
        let v = compress(low, high, m, 0u, min(64u, len - at * 64u), flags);
        low = v.a ^ v.c;
        high = v.b ^ v.d;
    }
    out[2u * (params.out_first + index)] = low;
    out[2u * (params.out_first + index) + 1u] = high;
}
