import Architectures
import Compute

/// How a model was loaded.
public struct LoadReport: Sendable {
    /// From the first weight to the last, and to the last byte of the file they were kept in.
    public let seconds: Double
    /// The file the weights came from; nil if they were made from the checkpoint.
    public let cachePath: String?
    /// The file they were kept in for the next start; nil if none was written.
    public let writtenPath: String?
    /// What an operator may want to know about that, a sentence each.
    public let notices: [String]

    init(seconds: Double, cache: WeightCache?) {
        self.seconds = seconds
        notices = cache?.notices ?? []
        switch cache?.outcome {
        case .read(let path): (cachePath, writtenPath) = (path, nil)
        case .written(let path, _): (cachePath, writtenPath) = (nil, path)
        case .unused, nil: (cachePath, writtenPath) = (nil, nil)
        }
    }
}

extension LoadReport: CustomStringConvertible {
    /// Such as `loaded in 1.4 s from the cache FILE`.
    public var description: String {
        let tenths = (seconds * 10).rounded() / 10
        let source = cachePath.map { "the cache \($0)" } ?? "the checkpoint"
        let target = writtenPath.map { ", kept in \($0) for the next start" } ?? ""
        return "loaded in \(tenths) s from \(source)\(target)"
    }
}

extension EngineBuilder {
    /// Loads the model, from its checkpoint or from where its weights were kept.
    func load(
        on device: CPUDevice,
        trace: Trace?,
        progress: @Sendable (Double) -> Void
    ) throws -> (ModelRunner, LoadReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let cache = try makeWeightCache(on: device)
        let runner = try makeRunner(
            on: device,
            trace: trace,
            cache: cache,
            progress: progress
        )
        let seconds = (clock.now - start) / .seconds(1)
        return (runner, LoadReport(seconds: seconds, cache: cache))
    }
}
