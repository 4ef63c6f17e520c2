// C = A·Bᵀ, int8 by int8 into int32, through the epilogue.
//
// A workgroup makes ROWS×COLS elements of C. It walks the inner dimension in
// steps of DEPTH words of four elements, through workgroup memory; each of its
// invocations keeps 4·SUB_ROWS × 4·SUB_COLS sums in registers. Rows of operands
// are padded with zeros to 16 bytes, so nothing here knows of odd lengths.

struct Params {
    rows: u32,          // rows of C in this launch
    cols: u32,          // columns of C in this launch
    padded_cols: u32,   // columns to write, zeros beyond `cols`
    depth: u32,         // words of an operand's row
    a_first: u32,       // word where the first row of A starts
    b_first: u32,
    c_first: u32,       // word where the first element of C stands
    c_stride: u32,      // words from one row of C to the next
    channel: u32,       // channel of the first column, or row
    pad0: u32,
    pad1: u32,
    pad2: u32,
    by: Finish,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> channels: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read_write> c: array<u32>;

const INVOCATIONS: u32 = (ROWS / (4u * SUB_ROWS)) * (COLS / (4u * SUB_COLS));

// Four rows' words of the same place of the inner dimension.
var<workgroup> a_tile: array<vec4<u32>, DEPTH * ROWS / 4u>;
var<workgroup> b_tile: array<vec4<u32>, DEPTH * COLS / 4u>;

fn products(x: u32, y: vec4<u32>) -> vec4<i32> {
    return vec4(
        dot4I8Packed(x, y.x),
        dot4I8Packed(x, y.y),
        dot4I8Packed(x, y.z),
        dot4I8Packed(x, y.w),
    );
}

fn store(row: u32, col: u32, sums: vec4<i32>) {
    if row >= params.rows || col >= params.padded_cols {
        return;
    }
    var out: vec4<i32>;
    for (var at = 0u; at < 4u; at++) {
        var value = 0;
        if col + at < params.cols {
            var channel = vec4(0);
            if EPILOGUE != 0u {
                channel = channels[params.channel + select(col + at, row, BY_ROW)];
            }
            value = finish(sums[at], channel, params.by);
        }
        out[at] = value;
    }
    let first = params.c_first + row * params.c_stride;
    if EPILOGUE == 2u {
        c[first + col / 4u] = pack(out);
        return;
    }
    for (var at = 0u; at < 4u; at++) {
        c[first + col + at] = u32(out[at]);
    }
}

@compute @workgroup_size(INVOCATIONS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) at: u32) {
    let first_row = group.y * ROWS;
    let first_col = group.x * COLS;
    let down = at / (COLS / (4u * SUB_COLS));
    let across = at % (COLS / (4u * SUB_COLS));
    let stride = params.depth / 4u;
    //{sums}
    for (var step = 0u; step < params.depth; step += DEPTH) {
        for (var load = at; load < ROWS * DEPTH / 4u; load += INVOCATIONS) {
            let row = load % ROWS;
            let word = load / ROWS;
            var words = vec4(0u);
            if first_row + row < params.rows && step + 4u * word < params.depth {
                words = a[params.a_first / 4u + (first_row + row) * stride + step / 4u + word];
            }
            for (var k = 0u; k < 4u; k++) {
                a_tile[(4u * word + k) * (ROWS / 4u) + row / 4u][row % 4u] = words[k];
            }
        }
        for (var load = at; load < COLS * DEPTH / 4u; load += INVOCATIONS) {
            let col = load % COLS;
            let word = load / COLS;
            var words = vec4(0u);
            if first_col + col < params.cols && step + 4u * word < params.depth {
                words = b[params.b_first / 4u + (first_col + col) * stride + step / 4u + word];
            }
            for (var k = 0u; k < 4u; k++) {
                b_tile[(4u * word + k) * (COLS / 4u) + col / 4u][col % 4u] = words[k];
            }
        }
        workgroupBarrier();
        for (var k = 0u; k < DEPTH; k++) {
            //{multiply}
        }
        workgroupBarrier();
    }
    //{store}
}
