extension CacheSlotSteps {
    /// Empty slots over allocated slots between an earlier count and this one.
    ///
    /// - Returns: the mean over the steps between; nil if nothing was allocated in them.
    func waste(since earlier: CacheSlotSteps) -> Double? {
        let allocated = self.allocated - earlier.allocated
        let filled = self.filled - earlier.filled
        return allocated > 0 ? Double(allocated - filled) / Double(allocated) : nil
    }
}
