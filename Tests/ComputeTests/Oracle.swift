import Compute

/// A small deterministic generator for test inputs (xorshift64*).
struct TestRandom {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Uniform in -1..<1.
    mutating func float() -> Float {
        Float(Int64(bitPattern: next()) >> 40) / 8_388_608
    }

    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in float() }
    }

    mutating func below(_ bound: Int) -> Int {
        Int(next() >> 33) % bound
    }
}

/// Rounding by the definition of each type, in plain Swift.
enum Rounded {
    static func bfloat16(_ x: Float) -> Float {
        let bits = x.bitPattern
        return Float(bitPattern: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) & 0xffff_0000)
    }

    static func to(_ type: ElementType, _ x: Float) -> Float {
        switch type {
        case .float32: x
        case .float16: Float(half(x))
        case .bfloat16: bfloat16(x)
        }
    }

    #if arch(arm64)
    static func half(_ x: Float) -> Float { Float(Float16(x)) }
    #else
    /// Float16 is not there on this platform's Swift: rounds to 11 bits, for values of normal size.
    static func half(_ x: Float) -> Float {
        guard x != 0 else { return x }
        let unit = Float(sign: .plus, exponent: max(x.exponent, -14) - 10, significand: 1)
        return (x / unit).rounded(.toNearestOrEven) * unit
    }
    #endif

    /// The bytes of elements in a type.
    static func bytes(_ elements: [Float], _ type: ElementType) -> [UInt8] {
        elements.flatMap { element -> [UInt8] in
            switch type {
            case .float32:
                let bits = element.bitPattern
                return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
            case .bfloat16:
                let bits = UInt16(bfloat16(element).bitPattern >> 16)
                return [UInt8(bits & 255), UInt8(bits >> 8)]
            case .float16:
                let bits = halfBits(element)
                return [UInt8(bits & 255), UInt8(bits >> 8)]
            }
        }
    }

    private static func halfBits(_ x: Float) -> UInt16 {
        let value = half(x)
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        guard value != 0 else { return sign }
        if value.magnitude < 0x1p-14 { return sign | UInt16(value.magnitude * 0x1p24) }
        let bits = value.magnitude.bitPattern
        return sign | UInt16((bits - 112 << 23) >> 13 & 0x7fff)
    }
}
