/// Writes GGUF files, right ones and others.
struct GGUFBuilder {
    var mark = Array("GGUF".utf8)
    var version: UInt32 = 3
    var alignment = 32
    /// The counts to write; nil for the right ones.
    var tensorCount: UInt64?
    var keyCount: UInt64?
    private(set) var entries: [[UInt8]] = []
    private var tensors: [Tensor] = []

    private struct Tensor {
        var name: String
        var lengths: [Int]
        var type: UInt32
        var bytes: [UInt8]
        var offset: UInt64?
    }

    // MARK: - Metadata

    mutating func set(_ key: String, _ text: String) {
        entry(key, 8, Self.string(text))
    }

    mutating func set(_ key: String, _ number: Int) {
        entry(key, 4, bytes(UInt32(number)))
    }

    mutating func set(_ key: String, _ number: Float) {
        entry(key, 6, bytes(number.bitPattern))
    }

    mutating func set(_ key: String, _ truth: Bool) {
        entry(key, 7, [truth ? 1 : 0])
    }

    mutating func set(_ key: String, _ texts: [String]) {
        entry(key, 9, Self.array(of: 8, count: texts.count) + texts.flatMap(Self.string))
    }

    /// Any type number with any bytes.
    mutating func entry(_ key: String, _ type: UInt32, _ value: [UInt8]) {
        entries.append(Self.string(key) + bytes(type) + value)
    }

    mutating func removeEntry(at index: Int) { entries.remove(at: index) }

    /// The head of an array: the type of its elements and how many there are.
    static func array(of type: UInt32, count: Int) -> [UInt8] {
        CheckpointsTests.bytes(type) + CheckpointsTests.bytes(UInt64(count))
    }

    static func string(_ text: String) -> [UInt8] {
        CheckpointsTests.bytes(UInt64(text.utf8.count)) + text.utf8
    }

    // MARK: - Tensors

    /// Adds a tensor; lengths as in the file, columns first; `offset` where it is a wrong one.
    mutating func add(
        _ name: String,
        _ lengths: [Int],
        _ type: UInt32,
        _ bytes: [UInt8],
        offset: UInt64? = nil
    ) {
        tensors.append(
            Tensor(name: name, lengths: lengths, type: type, bytes: bytes, offset: offset)
        )
    }

    /// Adds a tensor of float32 numbers that count up from `first`.
    mutating func add(_ name: String, _ lengths: [Int], countingFrom first: Float = 0) {
        let count = lengths.reduce(1, *)
        let numbers = (0..<count).flatMap { bytes((first + Float($0)).bitPattern) }
        add(name, lengths, 0, numbers)
    }

    var file: [UInt8] {
        var result = mark + bytes(version) + bytes(tensorCount ?? UInt64(tensors.count))
        result += bytes(keyCount ?? UInt64(entries.count)) + entries.flatMap { $0 }
        var data: [UInt8] = []
        for tensor in tensors {
            pad(&data)
            result += Self.string(tensor.name) + bytes(UInt32(tensor.lengths.count))
            result += tensor.lengths.flatMap { bytes(UInt64($0)) } + bytes(tensor.type)
            result += bytes(tensor.offset ?? UInt64(data.count))
            data += tensor.bytes
        }
        guard !tensors.isEmpty else { return result }
        pad(&result)
        return result + data
    }

    private func pad(_ bytes: inout [UInt8]) {
        while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
    }

    // MARK: - Models

    /// A model of one layer: hidden size 8, two heads of 4, one of keys and values, a MLP of 6, a
    /// vocabulary of 5.
    static func model(_ architecture: String = "llama") -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.set("general.architecture", architecture)
        for (name, value) in [
            ("context_length", 64), ("embedding_length", 8), ("block_count", 1),
            ("feed_forward_length", 6), ("attention.head_count", 2),
            ("attention.head_count_kv", 1),
        ] { builder.set("\(architecture).\(name)", value) }
        builder.set("\(architecture).attention.layer_norm_rms_epsilon", Float(0.25))
        builder.set("tokenizer.ggml.model", "llama")
        builder.set("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>", "a"])
        builder.set("tokenizer.ggml.bos_token_id", 1)
        builder.set("tokenizer.ggml.eos_token_id", 2)
        builder.add("token_embd.weight", [8, 5])
        builder.add("output_norm.weight", [8])
        for (name, lengths) in [
            ("attn_norm", [8]), ("ffn_norm", [8]), ("attn_q", [8, 8]), ("attn_k", [8, 4]),
            ("attn_v", [8, 4]), ("attn_output", [8, 8]), ("ffn_gate", [8, 6]),
            ("ffn_up", [8, 6]), ("ffn_down", [6, 8]),
        ] { builder.add("blk.0.\(name).weight", lengths) }
        return builder
    }
}

/// The bytes of a number, the lowest first.
func bytes(_ number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    (0..<(number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}
