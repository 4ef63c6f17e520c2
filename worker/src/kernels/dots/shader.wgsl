// Dot products of four int8 pairs, added up, as fast as the device can: operands and sums
// stay in registers. Each sum is the next one's operand, so that no compiler can leave one
// out, and sixteen of them hide the latency of one.

struct Params {
    rounds: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) at: u32,
) {
    let index = (group.y * groups.x + group.x) * 256u + at;
    let by = index * 0x9e3779b9u + 1u;
    //{declare}
    for (var round = 0u; round < params.rounds; round++) {
        //{dots}
    }
    out[index] = u32(/*{total}*/);
}
