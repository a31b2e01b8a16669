import NIOCore
import Synchronization

/// All open connections, so that a shutdown that takes too long can cut them.
final class ConnectionRegistry: Sendable {
    private struct State {
        var nextEntry = 0
        var channels: [Int: any Channel] = [:]
    }

    private let state = Mutex(State())

    /// Remembers a connection under the number it returns.
    func add(_ channel: any Channel) -> Int {
        state.withLock { state in
            state.nextEntry += 1
            state.channels[state.nextEntry] = channel
            return state.nextEntry
        }
    }

    /// Forgets a connection.
    func remove(_ entry: Int) {
        state.withLock { state in
            _ = state.channels.removeValue(forKey: entry)
        }
    }

    /// How many connections are open.
    var count: Int { state.withLock { $0.channels.count } }

    /// Cuts all connections.
    func closeAll() {
        let channels = state.withLock { Array($0.channels.values) }
        for channel in channels { channel.close(promise: nil) }
    }
}
