import Synchronization

/// Where the time of one step went, in nanoseconds.
public struct StepTimes: Sendable, Equatable {
    /// The whole step, without what writing the trace took.
    public var total = 0
    /// Inside operations of the device.
    public var device = 0
    /// What each phase took of its own, operations of the device left out; by raw value.
    public var phases: [TraceName: Int] = [:]
    /// Tokens computed.
    public var tokenCount = 0
    /// Requests that took part.
    public var requestCount = 0
    /// Tokens of prompts among the tokens.
    public var promptTokenCount = 0

    /// A step that took no time.
    public init() {}

    /// Whether every request of the step got its next token, and none is in its prompt.
    public var isDecode: Bool { promptTokenCount == 0 && requestCount > 0 }
}

/// Adds up, step by step, where the time went; kept in memory.
public final class StepProfile: TraceSink {
    private struct State {
        var steps: [StepTimes] = []
        var current = StepTimes()
        /// Device time that no enclosing slice has claimed yet.
        var deviceInside = 0
        var written = 0
    }

    /// Steps that are kept; later ones are left out.
    private static let stepLimit = 1 << 17

    private let state = Mutex(State())

    /// A profile without steps.
    public init() {}

    /// The steps so far, in order.
    public var steps: [StepTimes] { state.withLock { $0.steps } }

    /// Adds events up.
    public func write(_ events: [TraceEvent]) {
        state.withLock { state in
            for event in events where !event.name.isPartOfRequest { Self.add(event, to: &state) }
        }
    }

    /// Nothing is left to do.
    public func finish(droppedCount: Int) {}

    /// Slices come in the order of their ends, so what is inside of one comes before it.
    private static func add(_ event: TraceEvent, to state: inout State) {
        switch event.name {
        case .idle:
            state.current = StepTimes()
            state.written = 0
        case .writeTrace:
            state.written += event.duration
        case .step:
            state.current.total = event.duration - state.written
            state.current.tokenCount = Int(event.arguments[0])
            state.current.requestCount = Int(event.arguments[1])
            state.current.promptTokenCount = Int(event.arguments[2])
            if state.current.tokenCount > 0, state.steps.count < stepLimit {
                state.steps.append(state.current)
            }
            state.current = StepTimes()
            state.written = 0
        case .forward, .head:
            state.current.phases[event.name, default: 0] += event.duration - state.deviceInside
            state.deviceInside = 0
        default:
            if event.name.isDeviceOperation {
                state.deviceInside += event.duration
                state.current.device += event.duration
            } else {
                state.current.phases[event.name, default: 0] += event.duration
            }
        }
    }
}
