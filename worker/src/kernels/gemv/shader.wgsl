// C = A·Bᵀ where A or B has few rows, so that each row of the other is read
// once: a workgroup makes four adjacent elements of one row of C, each
// invocation its share of the inner dimension.

struct Params {
    rows: u32,
    cols: u32,
    padded_cols: u32,
    depth: u32,
    a_first: u32,
    b_first: u32,
    c_first: u32,
    c_stride: u32,
    channel: u32,
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

const INVOCATIONS: u32 = 64u;

var<workgroup> shares: array<vec4<i32>, INVOCATIONS>;

fn product(x: vec4<u32>, y: vec4<u32>) -> i32 {
    return dot4I8Packed(x.x, y.x) + dot4I8Packed(x.y, y.y)
        + dot4I8Packed(x.z, y.z) + dot4I8Packed(x.w, y.w);
}

@compute @workgroup_size(INVOCATIONS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let quads = (params.padded_cols + 3u) / 4u;
    let index = group.y * groups.x + group.x;
    let row = index / quads;
    let col = (index % quads) * 4u;
    let stride = params.depth / 4u;
    var sums = vec4(0);
    if row < params.rows {
        let a_row = params.a_first / 4u + row * stride;
        let b_row = params.b_first / 4u + col * stride;
        for (var k = at; k < stride; k += INVOCATIONS) {
            let x = a[a_row + k];
            for (var j = 0u; j < 4u; j++) {
                if col + j < params.cols {
                    sums[j] += product(x, b[b_row + j * stride + k]);
                }
            }
        }
    }
    shares[at] = sums;
    for (var half = INVOCATIONS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if at < half {
            shares[at] += shares[at + half];
        }
    }
    if at != 0u || row >= params.rows {
        return;
    }
    sums = shares[0];
    var out: vec4<i32>;
    for (var j = 0u; j < 4u; j++) {
        var value = 0;
        if col + j < params.cols {
            var channel = vec4(0);
            if EPILOGUE != 0u {
                channel = channels[params.channel + select(col + j, row, BY_ROW)];
            }
            value = finish(sums[j], channel, params.by);
        }
        out[j] = value;
    }
    let first = params.c_first + row * params.c_stride;
    if EPILOGUE == 2u {
        c[first + col / 4u] = pack(out);
        return;
    }
    for (var j = 0u; j < 4u; j++) {
        c[first + col + j] = u32(out[j]);
    }
}
