import Compute
import LoadTesting

/// Times `CPUDevice.linear` layer by layer, against the limits of the machine.
public struct KernelBenchmark {
    /// The layers.
    public var layers: [LayerShape]
    /// How weights are stored.
    public var formats: [KernelFormat] = KernelFormat.all
    /// Rows of the input: requests that decode, or tokens of a prompt.
    public var rowCounts = [1, 2, 4, 8, 9, 16, 32, 512]
    /// Threads; nil is one per core the process may use.
    public var threadCount: Int?
    /// How long each product is repeated; the median counts.
    public var seconds = 0.25
    /// Matrices of one shape take turns, as many as are this large together.
    ///
    /// So each comes from memory, as in a model.
    public var coldByteCount = 256 << 20

    private static let fewestRepetitions = 3

    /// A benchmark of some layers.
    public init(layers: [LayerShape]) {
        self.layers = layers
    }

    /// Measures everything; on the calling thread, which computes.
    ///
    /// - Parameters:
    ///   - limits: of this machine, measured with the same threads.
    ///   - progress: told what is measured next.
    /// - Returns: a time for every format this machine has, every layer and row count.
    /// - Throws: `ComputeError` where there is no memory.
    public func run(
        limits: MachineLimits,
        progress: (String) -> Void = { _ in }
    ) throws -> KernelResult {
        var result = KernelResult(layers: layers)
        for format in formats {
            let device = try CPUDevice(
                threadCount: threadCount,
                activations: format.activations
            )
            // A CPU without such a product computes in float32, which has its own line.
            guard device.activations == format.activations else { continue }
            result.deviceName =
                "\(device.instructionSet.rawValue) kernels, \(device.threadCount) threads"
            let bytesPerSecond = limits.bytesPerSecond(threadCount: device.threadCount)
            let multiplyAddsPerSecond = limits.multiplyAddsPerSecond(
                format.operand,
                device.instructionSet,
                threadCount: device.threadCount
            )
            for layer in layers {
                progress("\(format.name), \(layer.name)")
                for (rows, seconds) in try times(of: layer, format, on: device) {
                    result.timings.append(
                        KernelTiming(
                            format: format.name,
                            layer: layer,
                            rowCount: rows,
                            seconds: seconds,
                            byteCount: format.byteCount(layer),
                            bytesPerSecondLimit: bytesPerSecond,
                            multiplyAddsPerSecondLimit: multiplyAddsPerSecond
                        )
                    )
                }
            }
        }
        return result
    }

    private func times(
        of layer: LayerShape,
        _ format: KernelFormat,
        on device: CPUDevice
    ) throws -> [(rowCount: Int, seconds: Double)] {
        let byteCount = max(1, format.byteCount(layer))
        let copies = max(1, (coldByteCount + byteCount - 1) / byteCount)
        let capacity = rowCounts.max() ?? 1
        let input = try device.makeTensor(rowCapacity: capacity, columnCount: layer.columnCount)
        let output = try device.makeTensor(rowCapacity: capacity, columnCount: layer.rowCount)
        for row in 0..<capacity {
            input.withMutableRow(row) { row in
                for index in row.indices { row[index] = Float(index % 13) * 0.01 - 0.05 }
            }
        }
        let matrices = try (0..<copies).map { _ in
            try format.makeMatrix(layer, on: device)
        }
        return rowCounts.map { rows in
            var times: [Double] = []
            var spent = 0.0
            // The first time does not count.
            for repetition in 0... {
                let seconds = ContinuousClock().measure {
                    device.linear(
                        input,
                        rows: rows,
                        weight: matrices[repetition % copies],
                        bias: nil,
                        into: output,
                        accumulate: false
                    )
                }.inSeconds
                if repetition > 0 { times.append(seconds) }
                spent += seconds
                if spent >= self.seconds && times.count >= Self.fewestRepetitions { break }
            }
            return (rows, Statistics(times).p50)
        }
    }
}

/// The time of one product.
public struct KernelTiming: Sendable, Equatable {
    /// How the weights are stored.
    public var format: String
    /// The layer.
    public var layer: LayerShape
    /// Rows of the input.
    public var rowCount: Int
    /// The median.
    public var seconds: Double
    /// Bytes of the weights.
    public var byteCount: Int
    /// What the memory gives at most.
    public var bytesPerSecondLimit: Double
    /// What the multipliers give at most.
    public var multiplyAddsPerSecondLimit: Double

    /// A time.
    public init(
        format: String,
        layer: LayerShape,
        rowCount: Int,
        seconds: Double,
        byteCount: Int,
        bytesPerSecondLimit: Double,
        multiplyAddsPerSecondLimit: Double
    ) {
        self.format = format
        self.layer = layer
        self.rowCount = rowCount
        self.seconds = seconds
        self.byteCount = byteCount
        self.bytesPerSecondLimit = bytesPerSecondLimit
        self.multiplyAddsPerSecondLimit = multiplyAddsPerSecondLimit
    }

    /// Bytes of weights per second.
    public var bytesPerSecond: Double { Double(byteCount) / max(seconds, 1e-12) }

    /// Multiply-adds per second.
    public var multiplyAddsPerSecond: Double {
        Double(layer.weightCount) * Double(rowCount) / max(seconds, 1e-12)
    }

    /// What of the nearer limit was reached, and which one that is.
    public var nearerLimit: (share: Double, isMemory: Bool) {
        func share(_ value: Double, _ limit: Double) -> Double { limit > 0 ? value / limit : 0 }
        let memory = share(bytesPerSecond, bytesPerSecondLimit)
        let multipliers = share(multiplyAddsPerSecond, multiplyAddsPerSecondLimit)
        return (max(memory, multipliers), memory >= multipliers)
    }
}
