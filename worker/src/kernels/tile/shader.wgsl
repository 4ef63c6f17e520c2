// Leaves of a census unit: one square tile of an int32 matrix each, row-major.

struct Params {
    key: array<vec4<u32>, 2>,
    side: u32,        // tiles along one side
    tile: u32,        // rows and columns of a tile
    stride: u32,      // words from one row of the matrix to the next
    leaves: u32,      // of this launch
    first: u32,       // number of the first tile, within the band of rows
    out_first: u32,   // index of the first hash
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
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
    let number = params.first + index;
    let corner = (number / params.side) * params.tile * params.stride
        + (number % params.side) * params.tile;
    let words = params.tile * params.tile;
    let blocks = (words + 15u) / 16u;
    var low = params.key[0];
    var high = params.key[1];
    for (var at = 0u; at < blocks; at++) {
        var block: array<vec4<u32>, 4>;
        for (var quad = 0u; quad < 4u; quad++) {
            var word = vec4(0u);
            for (var j = 0u; j < 4u; j++) {
                let w = at * 16u + quad * 4u + j;
                if w < words {
                    word[j] = x[corner + (w / params.tile) * params.stride + w % params.tile];
                }
            }
            block[quad] = word;
        }
        var flags = DERIVE_KEY_MATERIAL;
        if at == 0u {
            flags |= CHUNK_START;
        }
        if at + 1u == blocks {
            flags |= CHUNK_END | ROOT;
        }
        let m = Block(block[0], block[1], block[2], block[3]);
        let v = compress(low, high, m, 0u, 4u * min(16u, words - at * 16u), flags);
        low = v.a ^ v.c;
        high = v.b ^ v.d;
    }
    out[2u * (params.out_first + index)] = low;
    out[2u * (params.out_first + index) + 1u] = high;
}
