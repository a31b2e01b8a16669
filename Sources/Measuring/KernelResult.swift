public import LoadTesting

/// What ``KernelBenchmark`` measured.
public struct KernelResult: Sendable, Equatable {
    /// The layers, in the order of the model.
    public var layers: [LayerShape]
    /// The kernels and threads, for people.
    public var deviceName = ""
    /// One per format, layer and row count.
    public var timings: [KernelTiming] = []

    /// A result without timings.
    public init(layers: [LayerShape]) {
        self.layers = layers
    }

    /// One product of every layer of the model, the head apart; nil where a layer is missing.
    public func modelSeconds(format: String, rowCount: Int) -> (layers: Double, head: Double)? {
        var sums = (layers: 0.0, head: 0.0)
        for layer in layers {
            guard
                let timing = timings.first(where: {
                    $0.format == format && $0.rowCount == rowCount && $0.layer == layer
                })
            else { return nil }
            let seconds = timing.seconds * Double(layer.count)
            if layer.name == LayerShape.head {
                sums.head += seconds
            } else {
                sums.layers += seconds
            }
        }
        return sums
    }

    /// The formats, in the order in which they were measured.
    public var formats: [String] {
        timings.map(\.format).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Tables for a terminal: every product, then the sum over the model.
    public func text() -> String {
        var text = "\(deviceName)\n"
        text += left("format", 18) + left("layer", 23) + right("shape", 14) + right("rows", 6)
        text += right("ms", 10) + right("GB/s", 8) + right("GMAC/s", 9) + right("of limit", 10)
        text += "\n"
        for timing in timings {
            let (share, isMemory) = timing.nearerLimit
            text += left(timing.format, 18) + left(timing.layer.name, 23)
            text += right("\(timing.layer.rowCount)x\(timing.layer.columnCount)", 14)
            text += right("\(timing.rowCount)", 6)
            text += right(fixed(timing.seconds * 1000, 3), 10)
            text += right(fixed(timing.bytesPerSecond / 1e9, 1), 8)
            text += right(fixed(timing.multiplyAddsPerSecond / 1e9, 1), 9)
            text += right(fixed(share * 100, 0), 8) + " % \(isMemory ? "memory" : "multipliers")\n"
        }
        return layers.count > 1 ? text + "\n" + modelText() : text
    }

    private func modelText() -> String {
        var text = "All layers of the model, and its head\n"
        text += left("format", 18) + right("rows", 6) + right("layers ms", 12)
        text += right("head ms", 10) + right("tokens/s", 10) + right("without head", 14) + "\n"
        for format in formats {
            let counts = timings.filter { $0.format == format }.map(\.rowCount)
            for rows in Set(counts).sorted() {
                guard let seconds = modelSeconds(format: format, rowCount: rows) else { continue }
                let tokens = Double(rows)
                text += left(format, 18) + right("\(rows)", 6)
                text += right(fixed(seconds.layers * 1000, 2), 12)
                text += right(fixed(seconds.head * 1000, 2), 10)
                text += right(fixed(tokens / (seconds.layers + seconds.head), 1), 10)
                text += right(fixed(tokens / seconds.layers, 1), 14) + "\n"
            }
        }
        return text
    }

    /// The figures as JSON.
    public func report() -> ReportValue {
        .list(
            timings.map { timing in
                .fields([
                    "format": .text(timing.format),
                    "layer": .text(timing.layer.name),
                    "outputs": .integer(timing.layer.rowCount),
                    "inputs": .integer(timing.layer.columnCount),
                    "count": .integer(timing.layer.count),
                    "rows": .integer(timing.rowCount),
                    "seconds": .number(timing.seconds),
                    "bytes_per_second": .number(timing.bytesPerSecond),
                    "multiply_adds_per_second": .number(timing.multiplyAddsPerSecond),
                    "share_of_limit": .number(timing.nearerLimit.share),
                    "nearer_limit": .text(
                        timing.nearerLimit.isMemory ? "memory" : "multipliers"
                    ),
                ])
            }
        )
    }
}
