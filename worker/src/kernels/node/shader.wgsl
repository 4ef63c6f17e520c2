// Up to seven levels of a tree at once: a workgroup folds 128 nodes. Where a
// level has no right node stands its padding.

struct Params {
    key: array<vec4<u32>, 2>,
    padding: array<vec4<u32>, 14>, // of each level
    nodes: u32,       // of this launch
    levels: u32,      // to fold, at most seven
    first: u32,       // index of the first node
    out_first: u32,   // index of the first parent
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<u32>>;

var<workgroup> nodes: array<vec4<u32>, 256>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) at: u32) {
    let first = group.x * 128u;
    var count = min(128u, params.nodes - first);
    for (var node = at; node < count; node += 64u) {
        nodes[2u * node] = x[2u * (params.first + first + node)];
        nodes[2u * node + 1u] = x[2u * (params.first + first + node) + 1u];
    }
    for (var level = 0u; level < params.levels; level++) {
        workgroupBarrier();
        let parents = (count + 1u) / 2u;
        var low = vec4(0u);
        var high = vec4(0u);
        if at < parents {
            var right_low = params.padding[2u * level];
            var right_high = params.padding[2u * level + 1u];
            if 2u * at + 1u < count {
                right_low = nodes[4u * at + 2u];
                right_high = nodes[4u * at + 3u];
            }
            let m = Block(nodes[4u * at], nodes[4u * at + 1u], right_low, right_high);
            let flags = DERIVE_KEY_MATERIAL | CHUNK_START | CHUNK_END | ROOT;
            let v = compress(params.key[0], params.key[1], m, 0u, 64u, flags);
            low = v.a ^ v.c;
            high = v.b ^ v.d;
        }
        workgroupBarrier();
        if at < parents {
            nodes[2u * at] = low;
            nodes[2u * at + 1u] = high;
        }
        count = parents;
    }
    workgroupBarrier();
    if at == 0u {
        out[2u * (params.out_first + group.x)] = nodes[0];
        out[2u * (params.out_first + group.x) + 1u] = nodes[1];
    }
}
