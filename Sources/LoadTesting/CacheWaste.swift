import Synchronization

/// Looks at a target's KV cache during a run and adds up what is allocated and what is filled.
final class CacheWaste: Sendable {
    private struct Sum: Sendable {
        var allocated = 0
        var filled = 0
    }

    private let sum = Mutex(Sum())

    /// Empty slots over allocated slots, of all looks together; nil if nothing was ever allocated.
    var value: Double? {
        sum.withLock { sum in
            guard sum.allocated > 0 else { return nil }
            return Double(sum.allocated - sum.filled) / Double(sum.allocated)
        }
    }

    /// Looks until cancelled or until the target does not tell; at least once.
    func sample(_ target: any CompletionTarget, every interval: Duration) async {
        repeat {
            guard let slots = await target.cacheSlots() else { return }
            sum.withLock {
                $0.allocated += slots.allocated
                $0.filled += slots.filled
            }
            try? await Task.sleep(for: interval)
        } while !Task.isCancelled
    }
}
