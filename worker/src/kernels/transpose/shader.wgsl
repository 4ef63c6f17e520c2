// out[r][c] = x[c][r]: each invocation makes one word of the output, which is
// one element, or four of 8 bits. Padding is written as zeros.

struct Params {
    words: u32,         // of this launch
    words_per_row: u32, // of the output, in this launch
    first_col: u32,     // column of the output that this launch starts at
    cols: u32,          // of the output, in this launch
    x_first: u32,       // word where row `first_col` of the input starts
    x_stride: u32,
    x_col: u32,         // column of the input that the output's first row is
    out_first: u32,     // word where the first row of this launch starts
    out_stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

fn element(row: u32, col: u32) -> u32 {
    if BYTES == 4u {
        return x[params.x_first + row * params.x_stride + col];
    }
    return (x[params.x_first + row * params.x_stride + col / 4u] >> (8u * (col % 4u))) & 255u;
}

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let index = (group.y * groups.x + group.x) * 64u + at;
    if index >= params.words {
        return;
    }
    let row = index / params.words_per_row;
    let word = index % params.words_per_row;
    let per_word = 4u / BYTES;
    var value = 0u;
    for (var j = 0u; j < per_word; j++) {
        let col = word * per_word + j;
        if col < params.cols {
            value |= element(col, params.x_col + row) << (8u * j);
        }
    }
    out[params.out_first + row * params.out_stride + params.first_col / per_word + word] = value;
}
