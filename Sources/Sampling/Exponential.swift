/// e to the power of each lane, for lanes that are not positive.
///
/// Relative error below 8e-8 (checked against libm); below -87 the result is 0, also for -∞.
/// Own code rather than libm's: a whole row takes about 1 ns per logit, and the result is the same
/// on every machine.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
    let isTiny = x .< -87
    let x = x.replacing(with: 0, where: isTiny)
    // Adding 1.5 · 2²³ rounds to the nearest integer and leaves it in the low bits.
    let shifted = x * 1.442_695_04 + 12_582_912
    let power = shifted - 12_582_912
    // ln 2 in two parts, the first exact in few bits (Cody and Waite).
    let rest = (x - power * 0.693_359_375) + power * 2.121_944_4e-4
    // Taylor's series to the seventh power: |rest| ≤ ln 2 / 2, so what is cut off is below 6e-9.
    var series = rest * (1 / 5040) + 1 / 720
    series = series * rest + 1 / 120
    series = series * rest + 1 / 24
    series = series * rest + 1 / 6
    series = series * rest + 0.5
    series = series * rest * rest + rest + 1
    var scale = Lanes()
    for lane in 0..<16 {
        scale[lane] = Float(bitPattern: (shifted[lane].bitPattern &<< 23) &+ 0x3F80_0000)
    }
    return (series * scale).replacing(with: 0, where: isTiny)
}
