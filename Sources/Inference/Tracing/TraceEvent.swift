/// A piece of time on a timeline: what was done, from when, for how long.
public struct TraceEvent: Sendable, Equatable {
    /// What was done.
    public var name: TraceName
    /// The request's number, or 0 for the engine's own loop.
    public var request: UInt64
    /// Nanoseconds since the trace began.
    public var start: Int
    /// Nanoseconds.
    public var duration: Int
    /// Numbers whose meaning ``TraceName/argumentNames`` tells.
    public var arguments: SIMD4<Int32>

    /// A piece of time.
    public init(
        _ name: TraceName,
        request: UInt64 = 0,
        start: Int,
        duration: Int,
        arguments: SIMD4<Int32> = .zero
    ) {
        self.name = name
        self.request = request
        self.start = start
        self.duration = duration
        self.arguments = arguments
    }
}

/// What a piece of time was spent on.
public enum TraceName: UInt8, Sendable, CaseIterable {
    // The loop of the engine. `step` holds all of these but `idle`.
    case idle, step, drain, plan, prepare, forward, head, sampling, apply, deliver, publish, observe
    /// The trace itself is written.
    case writeTrace
    // Operations of the device, inside `forward` and `head`.
    case embed, norm, linear, headNorm, rotate, store, attend, siluMultiply, gather
    // The life of a request.
    case queued, prefill, decode

    /// Whether the device does it.
    public var isDeviceOperation: Bool {
        (Self.embed.rawValue...Self.gather.rawValue).contains(rawValue)
    }

    /// Whether it belongs to one request.
    public var isPartOfRequest: Bool { rawValue >= Self.queued.rawValue }

    /// What a timeline shows.
    public var label: String {
        switch self {
        case .drain: "drain inbox"
        case .prepare: "prepare batch"
        case .writeTrace: "write trace"
        case .headNorm: "norm of heads"
        case .siluMultiply: "silu"
        default: "\(self)"
        }
    }

    /// What the leading numbers of ``TraceEvent/arguments`` are.
    public var argumentNames: [String] {
        switch self {
        case .step: ["tokens", "requests", "prompt tokens", "sampled"]
        case .linear: ["rows", "outputs", "inputs"]
        case .drain: ["commands"]
        case .queued, .prefill: ["prompt tokens", "cached tokens"]
        case .decode: ["output tokens", "preemptions"]
        default: isDeviceOperation ? ["rows"] : []
        }
    }
}

/// Where the events of a timeline go.
public protocol TraceSink: Sendable {
    /// Takes events in the order in which they ended; called on the engine's thread.
    func write(_ events: [TraceEvent])

    /// Takes the end.
    ///
    /// - Parameter droppedCount: events that were not written because there were too many.
    func finish(droppedCount: Int)
}
