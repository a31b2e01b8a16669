import Testing

/// Defects that schedulers and block pools are known to have, or nearly had.
///
/// ``Subject`` plants them around the real operations; the simulation must find every one.
enum PlantedBug: String, CaseIterable, CustomTestStringConvertible {
    // Blocks that are lost
    case cancellingKeepsABlock
    case failingKeepsABlock
    case finishingKeepsABlock
    case preemptingKeepsABlock
    case freedBlockIsNowhere
    // Blocks that two have
    case takenBlockStaysFree
    case sharedBlockIsReleasedTwice
    case prefixHitIsNotCounted
    // Cached blocks that lie
    case evictedBlockIsStillFound
    case planIsRegisteredBeforeItIsComputed
    case promptIsRegisteredWhenAdmitted
    case blockIsRegisteredOneSlotEarly
    case contentIsShiftedByOne
    case parentIsForgotten
    case namespaceIsForgotten
    case promptLogitsUseTheCache
    // Rows that are wrong
    case tokenAfterAPrefixHitIsSkipped
    case blocksAreSwapped
    case oneTokenTooManyInAStep
    case oneRequestTooMany
    case lastOfTheStepIsForgotten
    // Requests that are treated wrongly
    case queueHeadIsLost
    case preemptedIsNotQueued
    case preemptedLosesItsAnswer
    case firstIsPreempted
    case lastIsServedFirst
    case joinsAStaticBatch
    // Events
    case endIsToldTwice
    case endIsNotTold
    case goneRequestGetsAToken
    case minimumIsIgnored
    case oneTokenTooMany

    var testDescription: String { rawValue }
}
