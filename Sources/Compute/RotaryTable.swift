#if canImport(Glibc)
internal import Glibc
#else
internal import Musl
#endif

/// Cosines and sines of rotary position embedding, float32 [positions, frequencies] each.
public final class RotaryTable {
    /// Positions the table reaches.
    public let positionCount: Int
    /// Angles per position: half the dimensions that are turned.
    public let frequencyCount: Int
    let cosines: Memory
    let sines: Memory

    /// Computes the table.
    ///
    /// - Parameters:
    ///   - frequencies: radians per position, one per turned pair of dimensions.
    ///   - attentionScale: factor on cosines and sines (YaRN and others; 1 otherwise).
    ///   - positionCount: positions 0..<`positionCount` are computed.
    /// - Throws: ``ComputeError/outOfMemory(purpose:byteCount:)``.
    public init(
        frequencies: [Float],
        attentionScale: Float,
        positionCount: Int
    ) throws(ComputeError) {
        self.positionCount = positionCount
        frequencyCount = frequencies.count
        let byteCount =
            Self.byteCount(
                positionCount: positionCount,
                frequencyCount: frequencies.count
            ) / 2
        cosines = try Memory(byteCount: byteCount, purpose: "rotary cosines")
        sines = try Memory(byteCount: byteCount, purpose: "rotary sines")
        for position in 0..<positionCount {
            for (index, frequency) in frequencies.enumerated() {
                // The angle is rounded to float32 first, as the models were trained with it.
                let angle = Double(Float(position) * frequency)
                let place = position * frequencies.count + index
                unsafe cosines.floats[place] = Float(cos(angle)) * attentionScale
                unsafe sines.floats[place] = Float(sin(angle)) * attentionScale
            }
        }
    }

    /// Bytes a table takes.
    public static func byteCount(positionCount: Int, frequencyCount: Int) -> Int {
        byteProduct(positionCount, frequencyCount, 8)
    }
}
