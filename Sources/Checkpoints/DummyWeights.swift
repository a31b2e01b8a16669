public import Compute

/// Random weights for any model, made from nothing but a seed.
///
/// They stand in for a checkpoint in benchmarks and tests: the same work, meaningless text. Values
/// are uniform with standard deviation 0.02 (weights of norms: around 1), in 4096 steps. A value
/// depends on the seed, the tensor's name and its place only, so slices may be asked for in any
/// order.
public final class DummyWeights: WeightSource {
    private let seed: UInt64
    private let elementType: ElementType
    private let quantization: QuantizationDescription?
    private var staging: [UInt64] = []

    /// Makes a source of tensors of one type; nothing is computed before rows are asked for.
    ///
    /// Where `quantization` has codes for a matrix it gets codes, with scales of `elementType`.
    public init(
        seed: UInt64,
        elementType: ElementType,
        quantization: QuantizationDescription? = nil
    ) {
        self.seed = seed
        self.elementType = elementType
        self.quantization = quantization
    }

    /// Describes a tensor; every name and shape is there.
    public func tensor(named name: String, shape: [Int]) throws(CheckpointError) -> WeightTensor {
        WeightTensor(name: name, shape: shape, elementType: elementType)
    }

    /// Describes a matrix, quantized where the quantization says so.
    public func matrix(
        named name: String,
        rowCount: Int,
        columnCount: Int
    ) throws(CheckpointError) -> WeightMatrix {
        let format = quantization?.format(
            ofMatrix: name,
            columnCount: columnCount,
            scaleType: elementType
        )
        guard let format, let module = moduleName(ofWeight: name) else {
            return .float(try tensor(named: name, shape: [rowCount, columnCount]))
        }
        let scheme = quantization?.scheme(ofModule: module)
        return .integer(
            DummyIntegerMatrix(
                key: key(name),
                format: format,
                columnCount: columnCount,
                hasColumnOrder: scheme?.hasColumnOrder ?? false
            )
        )
    }

    /// Lends rows made of random values.
    public func withRows(
        of tensor: WeightTensor,
        _ rows: Range<Int>,
        _ body: (RawSpan) throws -> Void
    ) throws {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount,
            "rows outside the tensor"
        )
        let first = rows.lowerBound * tensor.columnCount
        let count = rows.count * tensor.columnCount
        // Whole groups of four are made; the slice wanted lies somewhere inside them.
        let groups = (first / 4)..<((first + count + 3) / 4)
        var buffer: [UInt64] = []
        swap(&buffer, &staging)
        defer { swap(&buffer, &staging) }
        let elementByteCount = tensor.elementType.byteCount
        let wordCount = groups.count * elementByteCount / 2
        if buffer.count < wordCount { buffer = [UInt64](repeating: 0, count: wordCount) }
        fill(&buffer, groups: groups, of: tensor)
        let start = (first - groups.lowerBound * 4) * elementByteCount
        try buffer.withBytes(start..<(start + count * elementByteCount), body)
    }

    /// What the values of a tensor follow from.
    private func key(_ name: String) -> UInt64 {
        name.utf8.reduce(mixed(seed &+ 0x9e37_79b9_7f4a_7c15)) { mixed($0 ^ UInt64($1)) }
    }

    private func fill(_ buffer: inout [UInt64], groups: Range<Int>, of tensor: WeightTensor) {
        let key = key(tensor.name)
        let patterns = bitPatterns(of: tensor)
        var words = buffer.mutableSpan
        var place = 0
        for group in groups {
            let random = mixed(key &+ UInt64(group) &* 0x9e37_79b9_7f4a_7c15)
            let a = patterns[Int(random & 0xfff)]
            let b = patterns[Int(random >> 16 & 0xfff)]
            let c = patterns[Int(random >> 32 & 0xfff)]
            let d = patterns[Int(random >> 48 & 0xfff)]
            if tensor.elementType == .float32 {
                words[place] = a | b << 32
                words[place + 1] = c | d << 32
                place += 2
            } else {
                words[place] = a | b << 16 | c << 32 | d << 48
                place += 1
            }
        }
    }

    /// The 4096 values a tensor can have, as bits of its type.
    private func bitPatterns(of tensor: WeightTensor) -> [UInt64] {
        // A uniform distribution on ±w has standard deviation w/√3.
        let halfWidth: Float = 0.02 * 1.732_050_8
        let isNorm = tensor.shape.count == 1 && tensor.name.hasSuffix("norm.weight")
        return (0..<4096).map { step in
            let value = (Float(step) - 2047.5) / 2047.5 * halfWidth + (isNorm ? 1 : 0)
            switch tensor.elementType {
            case .float32: return UInt64(value.bitPattern)
            case .float16: return UInt64(Float16(value).bitPattern)
            // Rounded half up, which for a stand-in is as good as half to even.
            case .bfloat16: return UInt64((value.bitPattern &+ 0x8000) >> 16)
            }
        }
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input bit changes half of the
/// output.
func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}
