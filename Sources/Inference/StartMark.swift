import Synchronization

/// Whether a request has taken part in a step: the loop says it once, anyone may look.
package final class StartMark: Sendable {
    private let flag = Atomic(false)

    /// A mark that is not set.
    package init() {}

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
