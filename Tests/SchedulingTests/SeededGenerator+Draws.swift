import TestData

extension SeededGenerator {
    /// Uniform up to a bias of 2⁻³²; faster than the library's exact draw.
    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(((next() >> 32) &* width) >> 32)
    }

    /// True once in `times`.
    mutating func once(in times: Int) -> Bool {
        draw(1...times) == 1
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[draw(0...elements.count - 1)]
    }

    /// From 1 up to 2^`exponent`, every power of two as likely as the next.
    mutating func drawMagnitude(upToExponent exponent: Int) -> Int {
        let power = 1 << draw(0...exponent)
        return draw((power + 1) / 2...power)
    }
}
