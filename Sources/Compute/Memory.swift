internal import CMachine

/// Zeroed memory for numbers, 64-byte aligned (2 MiB from one MiB on), freed with its last owner.
@safe final class Memory {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(byteCount: Int, purpose: String) throws(ComputeError) {
        guard byteCount >= 0, let base = unsafe cm_memory_make(byteCount) else {
            throw .outOfMemory(purpose: purpose, byteCount: byteCount)
        }
        unsafe self.base = base
        self.byteCount = byteCount
    }

    /// Has the system provide the memory now: afterwards writing to it cannot fail.
    func claim(purpose: String) throws(ComputeError) {
        guard unsafe cm_memory_claim(base, byteCount) else {
            throw .outOfMemory(purpose: purpose, byteCount: byteCount)
        }
    }

    deinit {
        unsafe cm_memory_free(base, byteCount)
    }

    var floats: UnsafeMutablePointer<Float> {
        unsafe base.assumingMemoryBound(to: Float.self)
    }
}

/// The product of sizes that may come from a file: `Int.max` when it does not fit, which no system
/// grants.
func byteProduct(_ factors: Int...) -> Int {
    var product = 1
    for factor in factors {
        precondition(factor >= 0, "a size is negative")
        let (next, overflow) = product.multipliedReportingOverflow(by: factor)
        if overflow { return Int.max }
        product = next
    }
    return product
}

/// The next multiple of 16; saturates.
func roundedTo16(_ count: Int) -> Int {
    count > Int.max - 15 ? Int.max : (count + 15) / 16 * 16
}
