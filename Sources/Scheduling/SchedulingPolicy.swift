/// How requests come together in steps.
public enum SchedulingPolicy: String, Sendable, CaseIterable {
    /// Requests join and leave at every step; memory is taken block by block.
    case continuous
    /// A batch starts and ends together. It is formed from what waits, nobody joins, each member
    /// holds a reservation of the maximum length, and ended members keep it, and their clients'
    /// last event, until the longest has ended.
    case `static`
    /// One request at a time, with the same reservation.
    case sequential

    /// Blocks follow the tokens, rather than being reserved for the maximum length.
    var isPaged: Bool { self == .continuous }
}
