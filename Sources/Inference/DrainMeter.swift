/// How many requests leave the waiting queue per second, smoothed over about the last ten.
struct DrainMeter {
    private var lastTime: ContinuousClock.Instant?
    private var meanInterval = 0.0

    /// Counts one request that left and returns the rate; 0 until two have left.
    mutating func count(at time: ContinuousClock.Instant) -> Double {
        defer { lastTime = time }
        guard let lastTime else { return 0 }
        let interval = lastTime.seconds(to: time)
        meanInterval = meanInterval == 0 ? interval : meanInterval * 0.9 + interval * 0.1
        return meanInterval > 0 ? 1 / meanInterval : 0
    }
}
