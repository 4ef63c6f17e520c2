// An epilogue alone, over an int32 tensor: four elements of a row at a time.

struct Params {
    quads: u32,        // of this launch
    quads_per_row: u32, // written, padding included
    cols: u32,
    x_first: u32,      // word where the first row starts
    x_stride: u32,     // words from one row to the next
    out_first: u32,
    out_stride: u32,
    pad: u32,
    by: Finish,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<i32>;
@group(0) @binding(3) var<storage, read> channels: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let quad = (group.y * groups.x + group.x) * 64u + at;
    if quad >= params.quads {
        return;
    }
    let row = quad / params.quads_per_row;
    let col = (quad % params.quads_per_row) * 4u;
    var values: vec4<i32>;
    for (var j = 0u; j < 4u; j++) {
        var value = 0;
        if col + j < params.cols {
            let sum = x[params.x_first + row * params.x_stride + col + j];
            value = finish(sum, channels[col + j], params.by);
        }
        values[j] = value;
    }
    let first = params.out_first + row * params.out_stride;
    if EPILOGUE == 2u {
        out[first + col / 4u] = pack(values);
        return;
    }
    for (var j = 0u; j < 4u; j++) {
        out[first + col + j] = u32(values[j]);
    }
}
